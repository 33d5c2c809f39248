import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Report } from '../audit/report.ts';
import { environment } from '../config.ts';
import { cacheDirectory } from '../local/paths.ts';
import { startStack } from '../local/stack.ts';
import { benchAudit } from './audit.ts';
import { benchEvaluate } from './evaluate.ts';
import type { Ratio } from './median.ts';
import { benchPdf } from './pdf.ts';
import { benchScale } from './scale.ts';

const isQuick = process.argv.includes('--quick');
const ROUNDS = isQuick ? 3 : 7;
const SCALE_ROUNDS = isQuick ? 2 : 4;
/** The demo's data must not depend on the day on which somebody measures. */
const NOW = new Date('2026-11-20T09:00:00Z');

/** `npm run bench [-- --quick] [-- --json]`: ratios against floors of the same run; the exit code is 1 when one is over its bar. */
const stateDirectory = mkdtempSync(join(cacheDirectory(environment()), 'bench-'));
const stack = await startStack({
  environment: environment(),
  owner: 'this-process',
  configPath: null,
  now: NOW,
  stateDirectory,
});
let ratios: readonly Ratio[];
try {
  const audit = await benchAudit(stack, ROUNDS);
  const report = (await (await fetch(audit.result.urls['json'] ?? 'no json')).json()) as Report;
  const { auditDatabaseUrl: storeUrl, artifactDirectory } = stack.connection;
  const archive = { storeUrl, artifactDirectory };
  ratios = [
    audit.ratio,
    ...(await benchEvaluate(archive, audit.result.evidenceHash, ROUNDS)),
    ...(await benchScale(artifactDirectory, audit.result.evidenceHash, SCALE_ROUNDS)),
    ...(await benchPdf(report, ROUNDS)),
  ];
} finally {
  await stack.stop();
  rmSync(stateDirectory, { recursive: true, force: true });
}
process.stdout.write(process.argv.includes('--json') ? `${JSON.stringify(ratios)}\n` : table(ratios));
process.exit(ratios.some(({ ratio, bar }) => ratio > bar) ? 1 : 0);

function table(rows: readonly Ratio[]): string {
  const machine = `${String(availableParallelism())} cores, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, Node ${process.versions.node}`;
  const lines = rows.map(
    ({ name, unit, value, floor, ratio, bar }) =>
      `| ${name} | ${value.toFixed(0)} ${unit} | ${floor.toFixed(0)} ${unit} | ${ratio.toFixed(2)} | ${bar.toFixed(2)} |`,
  );
  return [
    `${machine}, medians of ${String(ROUNDS)}`,
    '',
    '| what | value | floor | ratio | bar |',
    '|---|---|---|---|---|',
    ...lines,
    '',
  ].join('\n');
}
