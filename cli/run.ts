import { InvalidArgumentError, Option, type Command } from 'commander';
import { CALENDAR_KEYS, CALENDARS, periodStart, type Calendar } from '../audit/calendar.ts';
import { KINDS } from '../audit/kinds.ts';
import { runPage } from '../audit/run-page.ts';
import type { AuditInput, AuditResult } from '../workflows/types.ts';
import { canRedraw, wantsColor } from './ansi.ts';
import { paletteOf, print, printJson, type CliContext, type GlobalOptions } from './context.ts';
import { EXIT, UsageError } from './errors.ts';
import { examples } from './examples.ts';
import { inOptions } from './option-words.ts';
import { reportName } from './report-name.ts';
import type { Runtime } from './runtime.ts';
import { mailText, summaryLines, widthOf } from './summary.ts';
import { createProgressPrinter, type ProgressPrinter } from './terminal.ts';

interface RunOptions extends GlobalOptions, AuditInput {
  readonly deliverTo?: string;
  readonly out?: string;
  readonly json?: boolean;
  readonly detach?: boolean;
}

const MOST_HOURS = 9_600;

const INPUT_KEYS = [
  'bot',
  'kind',
  'from',
  'to',
  'last',
  'shift',
  'date',
  'day',
  'week',
  'month',
  'quarter',
  'sinceHours',
  'strategy',
  'symbols',
  'deliver',
] as const;

export function addRunCommand(program: Command, context: CliContext): void {
  program
    .command('run')
    .description('Start an audit in Temporal, follow it, and exit with its verdict.')
    .option('--bot <name>', 'bot to audit (default: defaultBot, or the only one)')
    .addOption(new Option('--kind <kind>', 'kind of report').choices(KINDS.map(({ id }) => id)))
    .option('--from <time>', 'start of the window, ISO 8601 with zone')
    .option('--to <time>', 'end of the window, ISO 8601 with zone')
    .option('--last <length>', 'window that ends now: 8h, 24h')
    .addOption(new Option('--shift <which>', 'newest complete shift (00, 08, 16 UTC)').choices(['latest']))
    .option('--date <day>', 'a UTC day, 2026-11-20')
    .option('--day <day>', 'the daily report of a UTC day, 2026-11-20')
    .option('--week <week>', 'the weekly report of an ISO week, 2026-W47')
    .option('--month <month>', 'the monthly report of a UTC month, 2026-11')
    .option('--quarter <quarter>', 'the quarterly report of a UTC quarter, 2026-Q4')
    .addOption(new Option('--since-hours <hours>', 'the last so many hours, as --last').argParser(parseHours))
    .option('--strategy <name>', 'only what this strategy did')
    .option('--symbols <names>', 'only these symbols, with commas between')
    .option('--deliver', 'mail the report to the configured recipients')
    .option('--deliver-to <groups>', 'deliver it to these groups of the configuration only: ops,board')
    .option('--out <folder>', 'copy the report and its data files there')
    .option('--json', 'print the result as JSON on stdout, progress on stderr')
    .option('--detach', 'start the run and return at once')
    .addHelpText(
      'after',
      examples([
        ['run', 'the last eight hours of the default bot'],
        ['run --bot demo --shift latest --deliver', 'the newest shift, mailed'],
        ['run --from 2026-11-20T00:00Z --to 2026-11-20T08:00Z --out ./report', 'a window, its files copied'],
        ['run --month 2026-10 --json', 'a month, the result as JSON'],
        ['run --kind weekly --deliver', 'the last week that is over, mailed'],
      ]),
    )
    .action(async (_options: unknown, command: Command) => {
      await run(context, command.optsWithGlobals<RunOptions>());
    });
}

async function run(context: CliContext, options: RunOptions): Promise<void> {
  const input = await inputOf(options);
  if (options.detach === true && options.out !== undefined)
    throw new UsageError(
      '--out needs the report, and --detach does not wait for it. Leave one out; `production-audit render` copies a report later.',
    );
  if (options.out !== undefined) {
    const { prepareOutFolder } = await import('./out-folder.ts');
    await prepareOutFolder(options.out);
  }
  const { openRuntime } = await import('./runtime.ts');
  const { refuseEarly } = await import('./refuse-early.ts');
  const runtime = await openRuntime(context, options, {
    mayStart: options.detach !== true,
    check: (config, unused) => {
      refuseEarly(config, input, { now: new Date(), unused });
    },
  });
  try {
    const { whileWhole } = await import('../local/while-stack-lives.ts');
    await whileWhole(runtime.broken, context.signal, (signal) =>
      runIn(runtime, context, { ...options, input, signal }),
    );
  } finally {
    await runtime.close();
  }
}

async function runIn(
  runtime: Runtime,
  context: CliContext,
  { input, signal, ...options }: RunOptions & { readonly input: AuditInput; readonly signal: AbortSignal },
): Promise<void> {
  const { followAudit, handStartedId, startAudit } = await import('./follow.ts');
  const { temporalClient } = await import('./temporal.ts');
  const { temporal } = runtime.config;
  const { client, close } = await temporalClient(temporal);
  const printer = printerOf(context, options);
  const bot = input.bot ?? runtime.defaultBot;
  const run = {
    client,
    taskQueue: temporal.taskQueue,
    input,
    workflowId: handStartedId({ ...input, ...(bot !== null && { bot }) }),
    signal,
  };
  try {
    const { handle, workflowId, runId } = await startAudit(run);
    const url = runPage(temporal, { workflowId, runId });
    if (options.detach === true) {
      const started = { workflowId, runId, url };
      print(context, options.json === true ? JSON.stringify(started) : `Started ${url ?? workflowId}`);
      return;
    }
    const result = await followAudit(handle, {
      ...run,
      onProgress: (progress) => {
        printer.update(progress);
      },
      onWaiting: (message) => {
        printer.note(message);
      },
    }).finally(() => {
      printer.done();
    });
    context.setExitCode(exitCodeOf(result));
    const { copied, failure } = await copyOut(runtime, result, options.out);
    // Nothing serves the links of a stack that ends with the run.
    const told = runtime.isOwn ? { ...result, urls: {} } : result;
    const page = runtime.isOwn ? null : url;
    if (options.json === true) printJson(context, { ...told, workflowId, url: page, files: copied });
    else {
      printResult(context, options, told, page, copied);
      if (runtime.isOwn) print(context, againLines(options).join('\n'));
    }
    if (failure !== null) throw failure;
  } finally {
    await close();
  }
}

/** Copies the files for --out; a failure is handed back, since the verdict is known and must be told first. */
async function copyOut(
  runtime: Runtime,
  result: AuditResult,
  folder: string | undefined,
): Promise<{ readonly copied: readonly string[]; readonly failure: Error | null }> {
  if (folder === undefined) return { copied: [], failure: null };
  const { copyStored } = await import('./copy-report.ts');
  return copyStored(runtime.config, result.reportHash, folder).then(
    (copied) => ({ copied, failure: null }),
    (error: unknown) => ({ copied: [], failure: error instanceof Error ? error : new Error(String(error)) }),
  );
}

/** How to look at a report whose stack was started for the run and has ended with it. */
export function againLines({ config }: GlobalOptions): readonly string[] {
  const file = config === undefined ? '' : ` --config ${config}`;
  return [
    '  The stack was started for this run and stops now. To look again:',
    `    production-audit up${file}, then production-audit show latest${file}`,
  ];
}

function printerOf(context: CliContext, options: RunOptions): ProgressPrinter {
  const { stderr, environment } = context;
  const color = wantsColor(stderr, environment, options.color !== false);
  return createProgressPrinter(stderr, { color, tty: canRedraw(stderr, environment) });
}

function printResult(
  context: CliContext,
  options: RunOptions,
  result: AuditResult,
  url: string | null,
  files: readonly string[],
): void {
  const lines = [
    ...summaryLines(result, paletteOf(context, context.stdout, options), widthOf(context.stdout)),
    `  name     ${reportName(result)}`,
    ...(url === null ? [] : [`  run      ${url}`]),
    ...(options.deliver === true || options.deliverTo !== undefined
      ? [`  mail     ${mailText(result.mails)}`]
      : []),
    ...files.filter((file) => !file.includes('/data/')).map((file) => `  file     ${file}`),
  ];
  print(context, lines.join('\n'));
}

/** 0 PASS, 1 FAIL, 2 INCONCLUSIVE. */
export function exitCodeOf({ verdict }: AuditResult): number {
  return { PASS: EXIT.pass, FAIL: EXIT.fail, INCONCLUSIVE: EXIT.inconclusive }[verdict];
}

/** The workflow's input from the options; what the workflow would refuse is refused here, before anything starts. */
async function inputOf(options: RunOptions): Promise<AuditInput> {
  const given: Record<string, unknown> = Object.fromEntries(
    INPUT_KEYS.flatMap((key) => (options[key] === undefined ? [] : [[key, options[key]]])),
  );
  if (options.deliverTo !== undefined) given['groups'] = groupNames(options.deliverTo);
  const { last } = options;
  if (last !== undefined && /^0+[mhd]$/.test(last))
    throw new UsageError(`--last is "${last}", which is no time at all; write --last 8h.`);
  if ('from' in given !== 'to' in given) throw new UsageError('--from and --to belong together; give both.');
  const { checkAuditInput } = await import('../workflows/input.ts');
  const check = checkAuditInput(given);
  if (check.ok) return check.input;
  throw new UsageError(inOptions(withExamples(check.errors.join('\n'), options, new Date())));
}

/** Examples of periods that are over: the one that was asked for, else the last. */
function withExamples(text: string, options: RunOptions, now: Date): string {
  return CALENDAR_KEYS.reduce(
    (told, key) =>
      told.replaceAll(
        `"${key}": "${CALENDARS[key].example}"`,
        `"${key}": "${examplePeriod(key, options[key], now)}"`,
      ),
    text,
  );
}

/** The period of an example: the one that was asked for when it is over, else the last that is. */
export function examplePeriod(calendar: Calendar, asked: string | undefined, now: Date): string {
  const { floor, next, text } = CALENDARS[calendar];
  const start = asked === undefined ? null : periodStart(calendar, asked);
  const current = floor(now.getTime());
  return text(start !== null && next(start) <= current ? start : floor(current - 1));
}

/** `ops,board` -> two names, each once. */
function groupNames(text: string): readonly string[] {
  return [...new Set(text.split(',').map((name) => name.trim()))].filter((name) => name !== '');
}

function parseHours(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text) && Number(text) <= MOST_HOURS) return Number(text);
  throw new InvalidArgumentError(`Expected a whole number from 1 to ${String(MOST_HOURS)}.`);
}
