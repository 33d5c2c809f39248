import { dirname, join } from 'node:path';
import { Client, WorkflowFailedError } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import { runPage } from '../audit/run-page.ts';
import { windowStamp } from '../audit/time.ts';
import type { Window } from '../audit/evidence.ts';
import { canRedraw, createPalette } from '../cli/ansi.ts';
import { copyStored } from '../cli/copy-report.ts';
import type { Output } from '../cli/ansi.ts';
import { startAndFollow } from '../cli/follow.ts';
import type { FollowOptions, StartedRun } from '../cli/follow.ts';
import { mailText, summaryLines, widthOf } from '../cli/summary.ts';
import { createProgressPrinter } from '../cli/terminal.ts';
import type { AuditResult } from '../workflows/types.ts';
import { createComponentPrinter } from './component-lines.ts';
import { auditedWindows, markAudited } from './demo-data.ts';
import { demoSchedules } from './demo-schedules.ts';
import { shiftsOf } from './demo/shifts.ts';
import { stateDirectory as defaultStateDirectory } from './paths.ts';
import type { Environment } from './paths.ts';
import { startStack, StackInterrupted } from './stack.ts';
import type { RunningStack } from './stack.ts';
import { readArtifactPlace } from '../config/artifacts.ts';
import { asTyped } from '../config/command-name.ts';
import { temporalPlace } from '../config/temporal.ts';
import { connectTemporal } from '../server/temporal-connection.ts';
import type { StackConnection } from './state.ts';
import { whileWhole } from './while-stack-lives.ts';

export interface DemoOptions {
  readonly environment: Environment;
  readonly stdout: Output;
  /** Aborts on Ctrl-C or SIGTERM: everything that was started ends. */
  readonly signal: AbortSignal;
  /** Stop everything after the report, also in a terminal. */
  readonly once: boolean;
  readonly color: boolean;
  readonly now: Date;
  /** Fill the demo bot anew, up to the newest shift. */
  readonly refill?: boolean;
  /** Defects to plant in the newest shift, by name; null is the demo's own plan. */
  readonly defects: readonly string[] | null;
  readonly stateDirectory?: string;
}

/**
 * The command `demo`: starts the stack, audits the demo bot's shifts through Temporal and says what came of it.
 * Returns the exit code: 0 when the report exists, whatever its verdict; 130 when it was interrupted before that.
 * @throws when there is no report
 */
export async function demo(options: DemoOptions): Promise<number> {
  const { stdout, signal } = options;
  const palette = createPalette(options.color);
  const printer = createComponentPrinter(stdout, palette, {
    isLive: canRedraw(stdout, options.environment),
  });
  let stack: RunningStack;
  stdout.write(`  ${'node'.padEnd(20)}${process.versions.node}\n`);
  try {
    stack = await startStack({
      ...options,
      owner: 'this-process',
      configPath: null,
      onProgress: (progress) => {
        printer.update(progress);
      },
    });
  } catch (error) {
    if (error instanceof StackInterrupted) {
      printer.done();
      stdout.write(`  ${error.message}\n`);
      return 130;
    }
    throw error;
  } finally {
    printer.done();
  }
  try {
    if (!stack.started && options.defects !== null) throw new Error(STACK_IS_UP);
    await whileWhole(stack.broken, signal, (whole) => auditShifts({ ...options, signal: whole }, stack));
    if (!stays(options)) return 0;
    stdout.write(
      stack.started ? '  Ctrl-C stops everything.\n' : '  Ctrl-C ends this; the stack stays up.\n',
    );
    return await stayUp(stack, options);
  } catch (error) {
    if (signal.aborted) {
      stdout.write('  Interrupted before the report was there.\n');
      return 130;
    }
    throw error;
  } finally {
    await stack.stop();
    if (stack.started) stdout.write('  Everything is stopped; the data stay for the next start.\n');
  }
}

const STACK_IS_UP =
  "This clone's stack is up with its data, and a demo with other defects fills them anew. " +
  'Stop it with `production-audit down`, then start the demo.';

/** After a report whose servers stop: its files stay, and the next demo serves it again. */
const AGAIN =
  '  The servers stop now; the files open without them. In a terminal\n' +
  '  `production-audit demo` serves the report and the Web UI again.';

/** Until Ctrl-C, which only somebody at a terminal can press. */
function stays({ stdout, once }: DemoOptions): boolean {
  return stdout.isTTY === true && !once;
}

async function auditShifts(options: DemoOptions, stack: RunningStack): Promise<void> {
  const { stdout } = options;
  const palette = createPalette(options.color);
  const stateDirectory = options.stateDirectory ?? defaultStateDirectory(options.environment);
  const { connection } = stack;
  const asOf = connection.environment['DEMO_AS_OF'];
  if (asOf === undefined) {
    throw new Error(
      `This clone's stack runs with ${connection.configPath}, which is not the demo's. ` +
        'Stop it with `production-audit down`, then start the demo.',
    );
  }
  const audited = auditedWindows(stateDirectory);
  const windows = shiftsOf(Date.parse(asOf)).map(({ from, to }) => ({
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
  }));
  const place = await temporalPlace({ ...options.environment, ...connection.environment });
  const temporal = await connectTemporal(place);
  try {
    const { namespace } = place;
    const client = new Client({ connection: temporal, namespace });
    for (const window of windows) {
      const isNewest = Date.parse(window.to) === Date.parse(asOf);
      if (!isNewest && audited.includes(window.to)) continue;
      const { result, run } = await auditShift(options, client, connection, window, isNewest);
      markAudited(stateDirectory, window.to);
      if (!isNewest) continue;
      // A stack that is stopped right away serves neither links nor a form to start from.
      const serves = stays(options) || !stack.started;
      const told = serves ? result : { ...result, urls: {} };
      for (const line of [
        ...summaryLines(told, palette, widthOf(stdout)),
        ...(serves
          ? linkLines(result, run, connection, namespace)
          : [`  mail     ${mailText(result.mails)}`]),
        ...(await fileLines(result, connection, stateDirectory, options.environment)),
        ...(serves ? [] : [asTyped(AGAIN, options.environment)]),
      ])
        stdout.write(`${line}\n`);
      if (!serves) continue;
      const schedules = await demoSchedules(client, connection, options.environment);
      if (schedules !== null) stdout.write(`${schedules}\n`);
      for (const line of startLines(connection, namespace)) stdout.write(`${line}\n`);
    }
  } finally {
    await temporal.close();
  }
}

async function auditShift(
  options: DemoOptions,
  client: Client,
  connection: StackConnection,
  window: Window,
  deliver: boolean,
): Promise<{ result: AuditResult; run: StartedRun | null }> {
  const { stdout, signal } = options;
  stdout.write('\n');
  const progress = createProgressPrinter(stdout, {
    color: options.color,
    tty: canRedraw(stdout, options.environment),
  });
  let run: StartedRun | null = null;
  const wish: FollowOptions = {
    client,
    taskQueue: connection.taskQueue,
    input: { bot: 'demo', from: window.from, to: window.to, ...(deliver ? { deliver } : {}) },
    workflowId: `audit/demo/production/${windowStamp(window)}`,
    signal,
    onProgress: (update) => {
      progress.update(update);
    },
    onStarted: (started) => {
      run = started;
    },
    onWaiting: (message) => {
      progress.note(message);
    },
  };
  const result = await startAndFollow(wish).catch((error: unknown) => {
    if (!isCancelled(error) || signal.aborted) throw error;
    // A demo that was killed while it stopped had left this run, half cancelled; now that it has ended, a new one starts.
    progress.note('an earlier demo had stopped this audit; it starts anew');
    return startAndFollow(wish);
  });
  progress.done();
  return { result, run };
}

function isCancelled(error: unknown): boolean {
  return error instanceof WorkflowFailedError && error.cause instanceof CancelledFailure;
}

function linkLines(
  result: AuditResult,
  run: StartedRun | null,
  connection: StackConnection,
  namespace: string,
): readonly string[] {
  const ui = connection.temporalUiUrl;
  const page = connection.mailUiUrl === null ? '' : `${connection.mailUiUrl}   `;
  const html = result.urls['html'];
  return [
    ...(html === undefined ? [] : [`  html     ${html}`]),
    ...(ui === null || run === null ? [] : [`  run      ${runPage({ uiUrl: ui, namespace }, run) ?? ''}`]),
    `  mail     ${page}${mailText(result.mails)}`,
  ];
}

function startLines({ temporalUiUrl: ui, taskQueue }: StackConnection, namespace: string): readonly string[] {
  if (ui === null) return [];
  return ['', '  Start your own:', `  ${startFormUrl(workflowsUrl(ui, namespace), taskQueue)}`];
}

/**
 * The Web UI's form for an audit, empty: the UI copies input, summary and attributes of the newest run of what the link
 * names, and of an id that no run has had there is none.
 */
export function startFormUrl(workflows: string, taskQueue: string): string {
  const unused = `by-hand-${Date.now().toString(36)}`;
  return `${workflows}/start-workflow?workflowType=productionAudit&taskQueue=${taskQueue}&workflowId=${unused}`;
}

function workflowsUrl(ui: string, namespace: string): string {
  return `${ui}/namespaces/${namespace}/workflows`;
}

/** The newest report as files with names, which stay when the stack has stopped and the links are dead. */
async function fileLines(
  { window, reportHash }: AuditResult,
  { auditDatabaseUrl: storeUrl, artifactDirectory }: StackConnection,
  stateDirectory: string,
  environment: Environment,
): Promise<readonly string[]> {
  const folder = join(stateDirectory, 'reports', windowStamp(window));
  const paths = await copyStored(
    { storeUrl, ...readArtifactPlace(artifactDirectory, '', environment) },
    reportHash,
    folder,
  );
  return paths.filter((path) => dirname(path) === folder).map((path) => `  file     ${path}`);
}

/** Until Ctrl-C; a component that dies meanwhile ends the demo, because half a stack misleads. */
async function stayUp(stack: RunningStack, { signal, stdout }: DemoOptions): Promise<number> {
  // A pending promise does not keep a process alive; this does.
  const alive = setInterval(() => undefined, 60_000);
  try {
    const interrupted = new Promise<null>((resolve) => {
      if (signal.aborted) resolve(null);
      signal.addEventListener('abort', () => {
        resolve(null);
      });
    });
    const broken = await Promise.race([interrupted, stack.broken]);
    stdout.write('\n');
    if (broken === null) return 0;
    stdout.write(`  ${broken} Everything stops; start again with npm run demo.\n`);
    return 3;
  } finally {
    clearInterval(alive);
  }
}
