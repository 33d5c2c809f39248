import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Report } from '../audit/report.ts';
import { environment } from '../config.ts';
import { cacheDirectory } from '../local/paths.ts';
import { startStack, type RunningStack } from '../local/stack.ts';
import { benchAudit } from './audit.ts';
import { benchCollect, benchHistory } from './collect.ts';
import { benchEvaluate } from './evaluate.ts';
import { NOW } from './past.ts';
import { benchPdf } from './pdf.ts';
import { atMost, STAGES, wallMs, type Ratio } from './ratio.ts';
import { benchScale } from './scale.ts';
import { benchCommand } from './start.ts';

const isQuick = process.argv.includes('--quick');
const [ROUNDS, SCALE_ROUNDS, DAYS] = isQuick ? [2, 1, 8] : [7, 4, 100];
const [FIRST_START_MS, SECOND_START_MS] = [30_000, 15_000];

/**
 * `npm run bench [-- --quick] [-- --json]`: each stage against its floor in the same run, in one table; the exit code is
 * 2 when a ratio is over its bar.
 */
const stateDirectory = mkdtempSync(join(cacheDirectory(environment()), 'bench-'));
const ratios: Ratio[] = [];
try {
  const [firstMs, stack] = await wallMs(started);
  try {
    ratios.push(
      atMost('start', 'stack with the demo bot, first / allowed', 'ms', firstMs, FIRST_START_MS),
      ...(await ofStages(stack)),
    );
  } finally {
    await stack.stop();
  }
  const [secondMs, again] = await wallMs(started);
  await again.stop();
  ratios.push(atMost('start', 'stack, second / allowed', 'ms', secondMs, SECOND_START_MS));
} finally {
  rmSync(stateDirectory, { recursive: true, force: true });
}
await measured('start', benchCommand);
await measured('history', () => benchHistory(DAYS, ROUNDS));
ratios.sort((a, b) => STAGES.indexOf(a.stage) - STAGES.indexOf(b.stage));
process.stdout.write(process.argv.includes('--json') ? `${JSON.stringify(ratios)}\n` : table(ratios));
process.exit(ratios.some(({ ratio, bar }) => ratio > bar) ? 2 : 0);

function started(): Promise<RunningStack> {
  return startStack({
    environment: environment(),
    owner: 'this-process',
    configPath: null,
    now: new Date(NOW),
    stateDirectory,
  });
}

/** What needs the demo bot, or an audit of it. */
async function ofStages({ connection }: RunningStack): Promise<readonly Ratio[]> {
  const [ms, { ratio, result }] = await wallMs(() => benchAudit(connection, ROUNDS));
  tell('audit', ms);
  const report = (await (await fetch(result.urls['json'] ?? 'no json')).json()) as Report;
  const { auditDatabaseUrl: storeUrl, artifactDirectory } = connection;
  const botUrl = connection.environment['DEMO_BOT_DATABASE_URL'] ?? '';
  await measured('collect', () => benchCollect(botUrl, ROUNDS));
  await measured('evaluate', () =>
    benchEvaluate({ storeUrl, artifactDirectory }, result.evidenceHash, ROUNDS),
  );
  await measured('scale', () => benchScale(artifactDirectory, result.evidenceHash, SCALE_ROUNDS));
  await measured('PDF', () => benchPdf(report, ROUNDS));
  return [ratio];
}

async function measured(what: string, bench: () => Promise<readonly Ratio[]>): Promise<void> {
  const [ms, found] = await wallMs(bench);
  ratios.push(...found);
  tell(what, ms);
}

function tell(what: string, ms: number): void {
  process.stderr.write(`${what}: ${(ms / 1000).toFixed(0)} s\n`);
}

function table(rows: readonly Ratio[]): string {
  const machine = `${String(availableParallelism())} cores, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, Node ${process.versions.node}`;
  const lines = rows.map(
    ({ stage, name, unit, value, floor, ratio, bar }) =>
      `| ${stage} | ${name} | ${value.toFixed(0)} ${unit} | ${floor.toFixed(0)} ${unit} | ${ratio.toFixed(2)} | ${bar.toFixed(2)} |${ratio > bar ? ' over' : ''}`,
  );
  return [
    `${machine}, ${String(ROUNDS)} rounds, ${String(DAYS)} days of history`,
    '',
    '| stage | what | value | floor | ratio | bar |',
    '|---|---|---|---|---|---|',
    ...lines,
    '',
  ].join('\n');
}
