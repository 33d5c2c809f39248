import { z } from 'zod';
import { CONTRACT, type EntityName, isStored } from '../audit/contract.ts';
import { groups } from './delivery-schema.ts';
import { alerts } from './alerts-schema.ts';
import { botRetention, retention } from './retention-schema.ts';

const DECLARED = z.enum(['required', 'optional', 'none']);
const zone = z.string();
const port = z.int().min(1).max(65_535);
/** Money limits stay decimal text; a YAML number keeps its digits. */
const AMOUNT = { error: 'is not an amount such as 500 or "500.25".' };
const decimalText = z.union(
  [z.string().regex(/^\d+(\.\d+)?$/, AMOUNT), z.number().nonnegative(AMOUNT)],
  AMOUNT,
);

const sources = z
  .strictObject({
    database: DECLARED.default('required').describe("The bot's own database, read through its mapping."),
    snapshots: DECLARED.default('optional').describe('One monitoring snapshot a minute, in our store.'),
    logs: DECLARED.default('none').describe("The bot's log files."),
    exchange: DECLARED.default('none').describe(
      'What the exchanges themselves said, imported from files (`import exchange`).',
    ),
    configuration: DECLARED.default('none').describe("The bot's own configuration file."),
    code: DECLARED.default('none').describe("Analysis of the bot's source code."),
  })
  .prefault({})
  .describe(
    'What a report may rely on. A required source that is missing allows INCONCLUSIVE at best; ' +
      'an optional one lowers coverage; none makes its checks not applicable.',
  );

const limits = z
  .strictObject({
    maxPositions: z.int().positive().optional().describe('Most positions open at once.'),
    dailyLoss: decimalText.optional().describe('Largest loss a day, in quote currency.'),
    perTradeLoss: decimalText.optional().describe('Largest loss of one trade, in quote currency.'),
    exposure: decimalText.optional().describe('Largest sum of notional values, in quote currency.'),
    leverage: z
      .number()
      .positive()
      .optional()
      .describe('Highest gross notional over equity, of any exchange account and of all together.'),
    maxAgeH: z.number().positive().optional().describe('Hours after which an open position is aged.'),
  })
  .prefault({})
  .describe("The bot's risk limits; one left out is reported as not set.");

/** Snapshots are a source of their own, declared in `sources`. */
const MAPPED = Object.keys(CONTRACT).filter((entity) => !isStored(entity)) as [EntityName];

const account = z.strictObject({
  type: z
    .enum(['spot', 'linear', 'inverse'])
    .describe('Spot, or contracts that settle in a currency (linear) or in the coin itself (inverse).'),
  settles: z
    .array(z.string())
    .default([])
    .describe('Currencies in which its contracts settle, such as USDT; required unless it is spot.'),
});

const bot = z
  .strictObject({
    mapping: z
      .string()
      .optional()
      .describe('Name of a folder in mappings/ (native, trading-bot), or a path that starts with ./ or /.'),
    database: z
      .string()
      .optional()
      .describe(
        "DSN of the bot's database, postgres://user:password@host:5432/database, with a role that can only SELECT. " +
          'The password only as ${VAR} or ${file:/path}.',
      ),
    timeZone: zone
      .default('UTC')
      .describe("IANA zone in which the database's timestamps without zone are read."),
    environment: z
      .enum(['testnet', 'paper', 'live'])
      .describe('Where the bot trades; printed in every report.'),
    exchanges: z
      .array(z.string())
      .default([])
      .describe('Venues in the order in which the report prints them.'),
    quoteCurrency: z.string().default('USDT').describe('Currency of profit and limits.'),
    accounts: z
      .record(z.string(), account)
      .default({})
      .describe(
        'Exchange -> what its account is. The wallet identity of an exchange that is left out stays unknown.',
      ),
    atPar: z
      .array(z.string())
      .default([])
      .describe(
        'Currencies of which one counts as one of quoteCurrency, such as other dollar coins; others count at their price.',
      ),
    auditor: z.string().default('production-audit').describe('Who signs the report.'),
    version: z.string().optional().describe('Version of the bot, printed in the header.'),
    sources,
    limits,
    heartbeatIntervalS: z
      .number()
      .positive()
      .default(60)
      .describe('Seconds between two heartbeats of the bot.'),
    strategiesWithoutStop: z
      .array(z.string())
      .default([])
      .describe('Strategies that trade without a stop by design; their positions count as protected.'),
    entities: z
      .partialRecord(z.enum(MAPPED), z.literal('none'))
      .default({})
      .describe(
        'Entity -> none: what this bot truly does not have, such as `{ state: none }`. Without it, what nobody read ends INCONCLUSIVE.',
      ),
    notApplicable: z
      .record(z.string(), z.string())
      .default({})
      .describe('Check id -> reason: checks that do not apply to this bot. The report prints the reason.'),
    snapshots: z
      .enum(['monitor', 'import'])
      .default('monitor')
      .describe(
        'Who brings the snapshots: the schedule that monitors the bot, or `import snapshots` from a file.',
      ),
    asOf: z
      .string()
      .optional()
      .describe(
        'ISO 8601 time with zone that windows count from instead of now, for an imported dump. Schedules skip the bot; where every bot has one, they are paused.',
      ),
    settleDelayS: z
      .number()
      .nonnegative()
      .default(120)
      .describe('Seconds after the end of a window before its evidence counts as settled.'),
    connections: z
      .int()
      .min(1)
      .max(50)
      .default(2)
      .describe(
        "Audits that one worker lets read this bot's database at once; the others wait for their turn.",
      ),
    patienceS: z
      .number()
      .nonnegative()
      .max(86_400)
      .default(300)
      .describe(
        'Seconds for which an audit waits for a database that is away or a table that is locked, before it goes on without.',
      ),
    retention: botRetention,
    allowWritableRole: z
      .boolean()
      .default(false)
      .describe("Accept a role that can write in the bot's database. The report prints this override."),
  })
  .describe('One trading system under audit.');

const storage = z
  .strictObject({
    databaseUrl: z
      .string()
      .optional()
      .describe('DSN of our own PostgreSQL store. Left out: AUDIT_DATABASE_URL.'),
    artifacts: z
      .string()
      .optional()
      .describe(
        'Folder of evidence and reports, relative to this file, or a bucket, `s3://bucket/prefix`, with AWS_* variables. Left out: AUDIT_ARTIFACTS, else audit-artifacts beside this file.',
      ),
  })
  .prefault({})
  .describe('Where reports and evidence are kept.');

const mail = z
  .strictObject({
    smtpUrl: z.string().optional().describe('smtp://user:password@host:587 or smtps://. Left out: SMTP_URL.'),
    from: z.string().describe('Sender, as "Audit <audit@example.test>"; the name has at most 80 characters.'),
    domain: z.string().optional().describe("Domain of Message-IDs. Left out: the sender's."),
    recipients: z
      .array(z.string())
      .min(1)
      .max(20)
      .optional()
      .describe(
        'The group `everyone`, who get every report. ASCII addresses. Left out: only the addresses of `groups`.',
      ),
    sandbox: z.string().optional().describe('Who gets test mails (`deliveries test`), and nothing else.'),
  })
  .optional()
  .describe('Left out: reports are archived and not mailed.');

const server = z
  .strictObject({
    host: z
      .string()
      .default('127.0.0.1')
      .describe('Address on which the worker serves the archive, read-only.'),
    port: port.optional().describe('Left out: AUDIT_REPORT_PORT, else 8787.'),
    baseUrl: z
      .string()
      .optional()
      .describe(
        'How links to reports begin, when they are reached by another name; said, PDFs have links too.',
      ),
  })
  .prefault({})
  .describe("The worker's report server.");

const metrics = z
  .strictObject({
    host: z.string().default('127.0.0.1').describe('Address on which Prometheus reads metrics.'),
    port: port.optional().describe('Left out: AUDIT_METRICS_PORT, else 9464.'),
  })
  .optional()
  .describe('Prometheus metrics of the worker. Left out: on only when AUDIT_METRICS_PORT is set.');

const temporal = z
  .strictObject({
    address: z.string().optional().describe('host:port. Left out: TEMPORAL_ADDRESS, else 127.0.0.1:7233.'),
    namespace: z.string().optional().describe('Left out: TEMPORAL_NAMESPACE, else default.'),
    taskQueue: z
      .string()
      .default('audits')
      .describe('Task queue of workers and runs. AUDIT_TASK_QUEUE wins over it.'),
    separateQueues: z
      .boolean()
      .default(false)
      .describe(
        'Whether collecting, computing and rendering have task queues of their own, <taskQueue>-collect and so on, so that workers take roles by AUDIT_ROLES. The same for all workers.',
      ),
    searchAttributes: z
      .boolean()
      .default(true)
      .describe('Whether runs carry AuditBot, AuditKind, AuditPeriod and AuditVerdict.'),
    uiUrl: z.string().optional().describe('Base URL of the Web UI, for links. Left out: TEMPORAL_UI_URL.'),
  })
  .prefault({})
  .describe('The Temporal service.');

/** Top level of audit.config.yaml, except `policy`, which the sections bring. */
export const FILE_SHAPE = {
  bots: z
    .record(z.string(), bot)
    .refine((bots) => Object.keys(bots).length > 0, 'needs at least one bot.')
    .describe('Name -> bot. Names are lower case letters, digits, dot, dash and underscore.'),
  defaultBot: z.string().optional().describe('Bot of a run that names none. Left out: the only bot.'),
  storage,
  retention,
  mail,
  groups,
  alerts,
  server,
  metrics,
  temporal,
  chromiumPath: z
    .string()
    .optional()
    .describe('Chromium for the PDF. Left out: PUPPETEER_EXECUTABLE_PATH, else what the worker finds.'),
} as const;

export type ConfigFile = z.output<z.ZodObject<typeof FILE_SHAPE>>;
export type BotFile = ConfigFile['bots'][string];
