import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { Command } from 'commander';
import type pg from 'pg';
import type { AuditConfig } from '../audit/configuration.ts';
import { runPage } from '../audit/run-page.ts';
import type { MonitorResult } from '../workflows/monitor-state.ts';
import { canRedraw } from './ansi.ts';
import { paletteOf, print, printJson, remark, type CliContext, type GlobalOptions } from './context.ts';
import { whenAborted } from '../local/interruption.ts';
import { CommandError, InterruptedError, UsageError } from './errors.ts';
import { examples } from './examples.ts';
import type { MonitorRun, Watched } from './watch-state.ts';

interface WatchOptions extends GlobalOptions {
  readonly bot?: string;
  readonly once?: boolean;
  readonly json?: boolean;
}

const POLL_MS = 2_000;
/** Without a terminal a line is for a minute. */
const LINE_MS = 60_000;

export function addWatchCommand(program: Command, context: CliContext): void {
  program
    .command('watch')
    .description('Show a running monitor live: open positions, errors, gaps, the time to the report.')
    .option('--bot <name>', 'bot whose monitor is shown (default: defaultBot, or the only one that runs)')
    .option('--once', 'print the present state and end')
    .option('--json', 'print the present state as JSON and end')
    .addHelpText(
      'after',
      examples([
        ['watch', 'until the report is started, or Ctrl-C; the monitor goes on'],
        ['watch --bot demo --once', 'how it stands now'],
      ]),
    )
    .action(async (_options: unknown, command: Command) => {
      await watch(context, command.optsWithGlobals<WatchOptions>());
    });
}

/** What one look needs; the run's page follows its newest run. */
interface Watching {
  readonly client: Client;
  readonly pool: pg.Pool;
  readonly run: MonitorRun;
  readonly urlOf: (watched: Watched) => string | null;
}

async function watch(context: CliContext, options: WatchOptions): Promise<void> {
  const { openConfig } = await import('./session.ts');
  const { temporalClient } = await import('./temporal.ts');
  const { knownBot } = await import('./refuse-early.ts');
  const { createPool } = await import('../store/pool.ts');
  const { config, unused } = await openConfig(context, options);
  if (options.bot !== undefined) knownBot(config, options.bot, unused);
  const { client, close } = await temporalClient(config.temporal);
  const pool = createPool(config.storeUrl, { max: 1 });
  try {
    const run = await chosenMonitor(client, config, options.bot);
    const urlOf = (run: Watched) => runPage(config.temporal, run);
    await show({ client, pool, run, urlOf }, context, options);
  } finally {
    await Promise.all([pool.end(), close()]);
  }
}

/** @throws CommandError when none runs, UsageError when several do and nothing says which */
async function chosenMonitor(
  client: Client,
  { defaultBot, bots }: AuditConfig,
  asked: string | undefined,
): Promise<MonitorRun> {
  const { runningMonitors } = await import('./watch-state.ts');
  const runs = await runningMonitors(client);
  const named = [...new Set(runs.map(({ bot, workflowId }) => bot ?? workflowId))];
  const preferred = asked ?? defaultBot ?? undefined;
  const found = runs.find(({ bot }) => bot === preferred);
  if (found !== undefined) return found;
  const [only] = runs;
  if (asked === undefined && only !== undefined) {
    if (named.length === 1) return only;
    throw new UsageError(`Monitors of ${named.join(', ')} run. Say which one with --bot.`);
  }
  const bot = preferred ?? bots[0]?.facts.name ?? 'demo';
  const others = named.length === 0 ? '' : ` (there are those of ${named.join(', ')})`;
  throw new CommandError(
    `No monitor of bot ${bot} runs${others}; its schedule starts one (\`production-audit schedules list\`), or start monitorWindow in the Web UI with {"bot": "${bot}"}.`,
  );
}

async function show(watching: Watching, context: CliContext, options: WatchOptions): Promise<void> {
  const { readWatched } = await import('./watch-state.ts');
  const { watchLines } = await import('./watch-view.ts');
  const { client, pool, run, urlOf } = watching;
  if (options.json === true) {
    printJson(context, await readWatched(client, pool, run));
    return;
  }
  const palette = paletteOf(context, context.stdout, options);
  const draw = (watched: Watched): readonly string[] =>
    watchLines(watched, {
      palette,
      nowMs: Date.now(),
      url: urlOf(watched),
      ...(context.stdout.columns !== undefined && { width: context.stdout.columns }),
    });
  if (options.once === true) {
    print(context, draw(await readWatched(client, pool, run)).join('\n'));
    return;
  }
  const printer = canRedraw(context.stdout, context.environment)
    ? redrawing(context, draw)
    : await appending(context);
  const last = await follow(watching, context, printer);
  await tellEnd(watching, context, last);
}

type Printer = (watched: Watched) => void;

function redrawing(context: CliContext, draw: (watched: Watched) => readonly string[]): Printer {
  let drawn = 0;
  return (watched) => {
    const lines = draw(watched);
    // Below a shorter state nothing of the longer one stays.
    context.stdout.write(`${drawn === 0 ? '' : `\u001b[${String(drawn)}A`}\u001b[J`);
    print(context, lines.join('\n'));
    drawn = lines.length;
  };
}

/** One line when a minute is over, and at least one a minute; a gap has a line of its own when it begins. */
async function appending(context: CliContext): Promise<Printer> {
  const { gapLine, watchLine } = await import('./watch-view.ts');
  let [seen, printedMs] = ['', 0];
  const told = new Set<string>();
  return (watched) => {
    const nowMs = Date.now();
    for (const gap of watched.gaps) {
      const key = `${gap.from} ${gap.reason}`;
      if (!told.has(key)) print(context, `missed ${gapLine(gap)}`);
      told.add(key);
    }
    const minute = `${watched.newest?.slot ?? ''} ${watched.gaps.at(-1)?.to ?? ''} ${watched.status}`;
    if (minute === seen && nowMs - printedMs < LINE_MS) return;
    [seen, printedMs] = [minute, nowMs];
    print(context, watchLine(watched, nowMs));
  };
}

/** Until the run ends; a Temporal that does not answer is asked again, since the monitor goes on when it is back. */
async function follow(watching: Watching, context: CliContext, printer: Printer): Promise<Watched> {
  const { readWatched } = await import('./watch-state.ts');
  const { client, pool, run } = watching;
  const interrupted = whenAborted(
    context.signal,
    () => new InterruptedError('Interrupted; the monitor goes on.'),
  );
  let isAway = false;
  for (;;) {
    const reading = readWatched(client, pool, run).catch((error: unknown) => {
      if (error instanceof Error && error.name === 'WorkflowNotFoundError') throw error;
      return null;
    });
    // Nothing waits for an answer that nobody will see.
    const watched = await Promise.race([reading, interrupted]);
    if (watched === null && !isAway) remark(context, 'Temporal does not answer; it is asked again.');
    isAway = watched === null;
    if (watched !== null) {
      printer(watched);
      if (watched.status !== 'RUNNING') return watched;
    }
    await sleep(POLL_MS, undefined, { signal: context.signal }).catch(() => interrupted);
  }
}

/** @throws CommandError when the monitor ended without its audit */
async function tellEnd(
  { client }: Watching,
  context: CliContext,
  { workflowId, status }: Watched,
): Promise<void> {
  if (status !== 'COMPLETED')
    throw new CommandError(`The monitor ${workflowId} has ended without its audit: ${status.toLowerCase()}.`);
  const { audit } = (await client.workflow.getHandle(workflowId).result()) as MonitorResult;
  print(context, `The window is over; its audit is ${audit}.`);
}
