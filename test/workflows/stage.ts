import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import type pg from 'pg';
import { createEvaluation } from '../../activities/evaluation.ts';
import { createActivities, type ActivityDependencies } from '../../activities/index.ts';
import type { AuditActivities } from '../../activities/types.ts';
import type { AuditConfig } from '../../audit/configuration.ts';
import { createScrubber } from '../../audit/scrub.ts';
import { loadConfig } from '../../config.ts';
import { findChromium } from '../../local/chromium.ts';
import { freePort } from '../../local/ports.ts';
import { createPdfRenderer } from '../../report/pdf.ts';
import { registry } from '../../sections/index.ts';
import { createArtifactStore } from '../../store/artifacts.ts';
import { migrate } from '../../store/migrate.ts';
import { createPool } from '../../store/pool.ts';
import { sharedWorkflows } from '../support/workflow-bundle.ts';
import { freshDatabase, type FreshDatabase } from '../support/postgres.ts';
import { startSmtp, type TestSmtp } from '../support/smtp.ts';
import { temporalEnvironment } from '../support/temporal.ts';
import { filledDemo } from '../support/filled-demo.ts';

export const AS_OF = '2026-11-20T08:00:00.000Z';

/** A whole audit around real servers: the demo bot's day, our store, Temporal, Chromium, a mail server. */
export interface Stage {
  readonly config: AuditConfig;
  readonly configFile: string;
  /** What the configuration's ${VAR} stand for; also the environment of a worker process. */
  readonly environment: Readonly<Record<string, string>>;
  readonly dependencies: ActivityDependencies;
  readonly activities: AuditActivities;
  readonly pool: pg.Pool;
  readonly smtp: TestSmtp;
  readonly temporal: TestWorkflowEnvironment;
  readonly client: Client;
  readonly taskQueue: string;
  /** Runs a worker with these activities while `work` lasts. */
  withWorker<T>(
    work: () => Promise<T>,
    activities?: AuditActivities,
    options?: { readonly slots?: number },
  ): Promise<T>;
  stop(): Promise<void>;
}

export async function startStage(
  name: string,
  options: {
    readonly bots?: string;
    readonly recipients?: readonly string[];
    /** Superuser URLs of empty databases of the caller's own, on clusters that it may kill; left out: on the run's one. */
    readonly botUrl?: string;
    readonly storeUrl?: string;
  } = {},
): Promise<Stage> {
  const [store, bot, smtp, temporal, chromium] = await Promise.all([
    databaseAt(options.storeUrl, `${name}_store`),
    databaseAt(options.botUrl, `${name}_bot`),
    startSmtp(),
    temporalEnvironment(),
    findChromium(process.env),
  ]);
  const folder = mkdtempSync(join(tmpdir(), `production-audit-${name}-`));
  const taskQueue = `${name}-${String(process.pid)}`;
  const pool = createPool(store.url, { max: 10 });
  await migrate(pool);
  const readerRole = `reader_${name}_${String(process.pid)}`;
  const filled = await filledDemo({ botUrl: bot.url, storeUrl: store.url, now: AS_OF, readerRole });
  const environment = {
    AUDIT_DATABASE_URL: store.url,
    DEMO_BOT_DATABASE_URL: filled.readerUrl,
    DEMO_AS_OF: AS_OF,
    SMTP_URL: smtp.url,
    TEMPORAL_ADDRESS: temporal.address,
    AUDIT_TASK_QUEUE: taskQueue,
    AUDIT_ARTIFACTS: join(folder, 'artifacts'),
    PUPPETEER_EXECUTABLE_PATH: chromium.executablePath,
    AUDIT_CHROMIUM_LIBRARY_PATH: chromium.environment['LD_LIBRARY_PATH'] ?? '',
  };
  const configFile = join(folder, 'audit.config.yaml');
  writeFileSync(configFile, configYaml({ ...options, port: await freePort(process.env) }));
  const config = await loadConfig(configFile, environment);
  const pdf = createPdfRenderer({
    executablePath: chromium.executablePath,
    environment: { ...chromium.environment },
    noSandbox: process.getuid?.() === 0,
  });
  const artifacts = createArtifactStore(config.artifactDirectory);
  const dependencies: ActivityDependencies = {
    config,
    registry,
    pool,
    artifacts,
    evaluation: createEvaluation(artifacts, registry),
    pdf,
    searchAttributes: true,
    scrub: createScrubber(config.secrets),
    log: () => undefined,
  };
  const activities = createActivities(dependencies);
  const bundle = await sharedWorkflows();
  return {
    config,
    configFile,
    environment,
    dependencies,
    activities,
    pool,
    smtp,
    temporal,
    client: temporal.client,
    taskQueue,
    async withWorker(work, own = activities, { slots } = {}) {
      const worker = await Worker.create({
        connection: temporal.nativeConnection,
        taskQueue,
        workflowBundle: bundle,
        activities: own,
        maxHeartbeatThrottleInterval: '3s',
        ...(slots !== undefined && { maxConcurrentActivityTaskExecutions: slots }),
      });
      return worker.runUntil(work());
    },
    async stop() {
      await pdf.close();
      await pool.end();
      await Promise.all([smtp.stop(), temporal.teardown()]);
      await Promise.all([store.drop(), bot.drop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The caller's own database, which ends with its cluster, or a fresh one. */
function databaseAt(url: string | undefined, name: string): Promise<Pick<FreshDatabase, 'url' | 'drop'>> {
  return url === undefined
    ? freshDatabase({ name })
    : Promise.resolve({ url, drop: () => Promise.resolve() });
}

function configYaml({
  bots = '',
  recipients = ['ops@example.test'],
  port,
}: Parameters<typeof startStage>[1] & { readonly port: number }): string {
  return `defaultBot: demo
bots:
  demo:
    mapping: native
    database: \${DEMO_BOT_DATABASE_URL}
    environment: paper
    exchanges: [binance, bybit]
    accounts:
      binance: { type: linear, settles: [USDT] }
      bybit: { type: linear, settles: [USDT] }
    sources: { database: required, snapshots: required }
    asOf: \${DEMO_AS_OF}
    patienceS: 20
    limits: { maxPositions: 40, dailyLoss: 1500, perTradeLoss: 120, exposure: 150000, leverage: 5, maxAgeH: 12 }
${bots}
mail:
  from: Production audit <audit@example.test>
  recipients: [${recipients.join(', ')}]
server: { port: ${String(port)} }
temporal:
  taskQueue: \${AUDIT_TASK_QUEUE}
`;
}
