import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { Command } from 'commander';
import { createProgram } from '../../cli/program.ts';
import { CLONE } from '../../local/paths.ts';

const read = (...path: readonly string[]): string => readFileSync(join(CLONE, ...path), 'utf8');
const pages = [
  ['README.md', read('README.md')],
  ...readdirSync(join(CLONE, 'docs'))
    // What is shown beside how it is added is not there yet.
    .filter((name) => name.endsWith('.md') && !name.startsWith('adding-'))
    .map((name) => [name, read('docs', name)]),
] as const;

/** Every command that a page prints: in a code span, or as a line of a block. */
const commands = pages.flatMap(([page = '', text = '']) =>
  [...text.matchAll(/`production-audit ([^`]+)`|^production-audit (.+)$/gm)].map(
    ([, span, line]) => [page, (span ?? line ?? '').replace(/\s+#.*$/, '').replaceAll(/\s+/g, ' ')] as const,
  ),
);

/** The command line as it is, without what its commands do. */
function parse(args: readonly string[]): string | null {
  const nothing = { write: () => true };
  const program = createProgram({
    ...{ environment: {}, stdout: nothing, stderr: nothing, secrets: new Set<string>() },
    signal: new AbortController().signal,
    setExitCode: () => undefined,
  });
  const disarm = (command: Command): void => {
    command.exitOverride().action(() => undefined);
    for (const one of command.commands) disarm(one);
  };
  for (const one of program.commands) disarm(one);
  try {
    program.parse([...args], { from: 'user' });
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

test('every command that the documentation prints is one', () => {
  expect(commands.length).toBeGreaterThan(30);
  const wrong = commands.flatMap(([page, command]) => {
    if (command === 'COMMAND') return [];
    const words = command.replaceAll(/[[\]]/g, '').match(/"[^"]*"|\S+/g) ?? [];
    const said = parse(words.map((word) => (word === 'PLAN' ? '3f9a1c07' : word.replaceAll('"', ''))));
    return said === null ? [] : [`${page}: ${command}: ${said}`];
  });
  expect(wrong).toEqual([]);
  expect(parse(['run', '--shfit', 'latest'])).toContain("unknown option '--shfit'");
});

test('every task, script, cron line and variable of the guides has a row', () => {
  const page = read('docs', 'from-your-scripts.md');
  const missing = [
    ...[
      'audit:daily_summary',
      'audit:daily_summary[',
      'audit:strategy_performance',
      'audit:strategy_performance[',
    ],
    ...['audit:failure_analysis', 'audit:symbol_report', 'maintenance:storage_stats', 'maintenance:daily'],
    ...['maintenance:purge_old_api_payloads', 'data_fetch:congress_daily'],
    ...[
      'audit_no_alerts_no_trades.py --since-hours',
      'run_audit_in_production.sh',
      '--symbols ETH_USDT,BTC_USD',
    ],
    ...['HEARTBEAT', 'GLOBAL_BLOCKER', 'TELEGRAM_BLOCKED', 'DEBUG_DISABLE_SIGNAL_MONITOR'],
    ...['ps aux', 'SolidQueue::Job.count', 'credentials:show', 'ExecuteTradeDecision', 'pg_indexes'],
    ...['0 2 * * *', '0 9 * * *', '0 2 1-7 * 0'],
    ...['DATABASE_URL', 'ALPACA_API_KEY', 'ALPACA_API_SECRET', 'QUIVER_API_KEY', 'AUDIT_RETENTION_DAYS'],
    ...['ALERT_EMAIL', 'SLACK_WEBHOOK_URL'],
  ].filter((name) => !page.includes(name));
  expect(missing).toEqual([]);
});
