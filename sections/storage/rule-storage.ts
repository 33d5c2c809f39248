import { text } from '../../audit/text.ts';
import { ms } from '../../audit/time.ts';
import { num } from '../shared/vocabulary/number.ts';
import { hypothesis, rule, wholeBot } from '../shared/vocabulary/rule.ts';
import { col, table } from '../shared/vocabulary/table.ts';
import { names } from '../shared/vocabulary/words.ts';
import type { Facts } from './facts.ts';
import { asked, type Input } from './input.ts';
import { RETENTION_DAYS } from './queries.ts';
import { troublesOf, type Trouble } from './troubles.ts';

const troubles = table<Trouble>({
  subject: col.text('What', ({ subject }) => subject),
  trouble: col.text('Why', ({ what }) => what),
});

/** Disks fill slowly and then at once. */
export const storageGrowth = rule<Facts, Input>()({
  id: 'OP-05',
  title: 'Storage',
  dimension: 'stability',
  condition: ({ payloadGb, daysLeft, purgeGraceDays }) =>
    `payload tables above ${String(payloadGb)} GB, less than ${String(daysLeft)} days to the limit of the disk, or rows past their ${String(RETENTION_DAYS)} days for more than ${String(purgeGraceDays)} days`,
  effort: 'low',
  find: (facts, input) => wholeBot(troublesOf(facts, input)),
  from: { basis: 'counters of the server and oldest rows', queries: asked('tables') },
  numbers: ({ found, facts }) => ({
    troubles: num.count('What is too much', found.length, 'conditions that are met'),
    all_bytes: num.bytes('Size of all tables', facts.total, 'sum of pg_total_relation_size'),
    past_rows: num.count(
      'Rows that should be gone',
      facts.missed.reduce((all, { past }) => all + past, 0),
      'rows older than their period in the tables that a purge missed',
    ),
  }),
  severity: ({ found }) => (found.some(({ subject }) => subject === 'database') ? 'MEDIUM' : 'LOW'),
  causes: ({ facts: { missed, kept } }) => [
    hypothesis('purge-missed', 'The monthly purge did not run, or ended without removing anything.', [
      'rows are past their period for longer than a purge takes to come',
      kept.length === 0 ? null : missed.length > 0,
    ]),
  ],
  otherwise: 'The tables grow with what is written; nothing else is recorded.',
  occurrence: ({ subject, since }: Trouble, { input: { window } }) => ({
    subject,
    at: since ?? ms(window.to) - 1,
    until: window.to,
  }),
  evidence: { id: 'storage.troubles', title: 'What is too much', table: troubles },
  see: () =>
    "select n.nspname as schema, c.relname as name, c.reltuples as rows, pg_size_pretty(pg_total_relation_size(c.oid)) as size from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'r' order by pg_total_relation_size(c.oid) desc limit 20",
  standing: true,
  words: (n, { found }) => ({
    title: text`Storage: ${names(found.map(({ subject }) => subject))}`,
    description: text`${found.map(({ subject, what }) => `${subject}: ${what}`).join('; ')}. All tables take ${n.all_bytes}; ${n.past_rows} rows should be gone.`,
    financial: 'The price of the disk.',
    operational: 'Queries and backups take longer with every month.',
    risk: 'A database without room stops writing, and the bot with it.',
    detection: 'No alert is known to have fired for it.',
    recommendation:
      'Look whether the purge ran (`production-audit list`, or the workflow botPurge); then the retention of payloads, or partitions.',
    verification: 'None of these conditions holds in the next report of storage.',
  }),
});
