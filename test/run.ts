import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environment } from '../config.ts';
import { CLONE } from '../local/paths.ts';

interface JestTotals {
  readonly numTotalTests: number;
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTotalTestSuites: number;
}

/** What would lead a test to a running demo or to the user's own servers; a test names what it uses. */
const NOT_FOR_TESTS = [
  ...['AUDIT_CONFIG', 'AUDIT_DATABASE_URL', 'AUDIT_ARTIFACTS', 'AUDIT_STATE_DIRECTORY', 'AUDIT_STACK'],
  ...[
    'AUDIT_REPORT_PORT',
    'AUDIT_METRICS_PORT',
    'SMTP_URL',
    'DEMO_BOT_DATABASE_URL',
    'DEMO_AS_OF',
    'AUDIT_TASK_QUEUE',
  ],
];

/** The tests that own golden files: the renderers' quick ones, and all of what sections say. */
const GOLDEN_TESTS = ['test/report/[^.]+\\.test\\.ts$', 'test/golden/'];

process.exitCode = await runTests(process.argv.slice(2));

/**
 * `npm test [-- PATTERN...]` leaves the deep tests out, `npm run test:deep` runs only them, and `npm run golden
 * [-- PATTERN...]` lets the tests of the renderers and of what sections say write their golden files anew, deep ones too.
 */
async function runTests(args: readonly string[]): Promise<number> {
  const isDeep = args.includes('--deep');
  const isGolden = args.includes('--golden');
  const patterns = args.filter((arg) => arg !== '--deep' && arg !== '--golden');
  const rest = isGolden && patterns.length === 0 ? GOLDEN_TESTS : patterns;
  const folder = mkdtempSync(join(tmpdir(), 'production-audit-totals-'));
  const totalsFile = join(folder, 'totals.json');
  const started = Date.now();
  const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
  const code = await run(
    process.execPath,
    [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      jest,
      // Many of them wait for what a killed process left behind: a third at a time uses the cores meanwhile.
      ...(isDeep ? ['--testMatch=**/*.deep.test.ts', '--maxWorkers=3'] : []),
      ...(isDeep || isGolden ? [] : ['--testPathIgnorePatterns=\\.deep\\.test\\.ts$']),
      '--json',
      `--outputFile=${totalsFile}`,
      ...rest,
    ],
    isGolden ? { UPDATE_GOLDENS: '1' } : {},
  );
  const name = isGolden ? 'npm run golden' : isDeep ? 'npm run test:deep' : 'npm test';
  printTotals(totalsFile, name, Date.now() - started);
  rmSync(folder, { recursive: true, force: true });
  return code;
}

function printTotals(file: string, what: string, tookMs: number): void {
  let totals: JestTotals;
  try {
    totals = JSON.parse(readFileSync(file, 'utf8')) as JestTotals;
  } catch {
    process.stdout.write(`${what}: jest ended without a result.\n`);
    return;
  }
  const skipped = totals.numPendingTests > 0 ? `, ${String(totals.numPendingTests)} skipped` : '';
  process.stdout.write(
    `${what}: ${String(totals.numTotalTestSuites)} files, ${String(totals.numTotalTests)} tests, ` +
      `${String(totals.numPassedTests)} passed, ${String(totals.numFailedTests)} failed${skipped}, ` +
      `${String(Math.round(tookMs / 1000))} s\n`,
  );
}

function run(
  command: string,
  args: readonly string[],
  extra: Readonly<Record<string, string>>,
): Promise<number> {
  const forTests = Object.fromEntries(
    Object.entries(environment()).filter(
      ([name]) => !NOT_FOR_TESTS.includes(name) && !name.startsWith('TEMPORAL_'),
    ),
  );
  // The JSON totals go to the file; jest's own report for people is on stderr.
  const child = spawn(command, args, {
    cwd: CLONE,
    env: { ...forTests, ...extra },
    stdio: ['inherit', 'ignore', 'inherit'],
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      child.kill(signal);
    });
  }
  return new Promise((resolve) => {
    child.once('close', (code) => {
      resolve(code ?? 1);
    });
  });
}
