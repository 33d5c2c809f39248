import { parseArgs } from 'node:util';
import type { StatementRun } from '../sources/database/statement-times.ts';
import { pastCosts, type PastCost } from './past.ts';

/**
 * `node bin/bootstrap.mjs bench/queries.ts [--days 10] [--data FOLDER] [--json]`: every statement of an audit of the
 * demo's newest shift, with a day of history, with `days` of it, and with `days` and no index but ids. A folder keeps the databases.
 */
const { values } = parseArgs({
  options: { days: { type: 'string', default: '10' }, data: { type: 'string' }, json: { type: 'boolean' } },
});
const days = Number(values.days);
const ROUNDS = 5;

const { statements: rows } = await pastCosts(days, ROUNDS, values.data);
process.stdout.write(values.json === true ? `${JSON.stringify(rows)}\n` : table());

function table(): string {
  const cell = ({ ms, error }: StatementRun): string => (error === null ? `${ms.toFixed(1)} ms` : 'failed');
  const lines = rows
    .filter(({ one, indexed, bare }) => Math.max(one.ms, indexed.ms, bare.ms) >= 5)
    .map(
      ({ one, indexed, bare }) =>
        `| ${one.name} | ${String(one.rows)} | ${cell(one)} | ${cell(indexed)} | ${(indexed.ms / one.ms).toFixed(2)} | ${cell(bare)} |`,
    );
  const total = (of: (row: PastCost) => StatementRun): string =>
    `${rows.reduce((ms, row) => ms + of(row).ms, 0).toFixed(0)} ms`;
  return [
    `| statement | rows | a day | ${String(days)} days | ratio | without indexes |`,
    '|---|---|---|---|---|---|',
    ...lines,
    `| all ${String(rows.length)} | | ${total(({ one }) => one)} | ${total(({ indexed }) => indexed)} | | ${total(({ bare }) => bare)} |`,
    '',
  ].join('\n');
}
