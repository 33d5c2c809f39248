import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { marked } from 'marked';
import pg from 'pg';
import { dataFilesOf } from '../../activities/data-files.ts';
import { evaluateSection } from '../../audit/evaluate.ts';
import type { Report } from '../../audit/report.ts';
import { NO_DEFECTS } from '../../local/demo/defects/plan.ts';
import { renderHtml } from '../../report/html.ts';
import { renderMarkdown } from '../../report/markdown.ts';
import { registry } from '../../sections/index.ts';
import { loadEvidence, openBundle } from '../../sources/collect.ts';
import { auditWindow, createBench, fillBench, type Bench, type FilledBench } from '../support/audit.ts';

let bench: Bench;
let filled: FilledBench;
let admin: pg.Client;

beforeEach(async () => {
  bench = await createBench();
  filled = await fillBench(bench, '2026-11-20T08:10:00Z', NO_DEFECTS);
  admin = new pg.Client({ connectionString: bench.botUrl });
  await admin.connect();
  // A megabyte does not fit into an index, and a bot's own tables may have neither keys nor constraints.
  await admin.query(`do $$ declare c record; begin
    for c in select conrelid::regclass t, conname n from pg_constraint
      where connamespace = 'bot'::regnamespace and contype in ('p', 'u', 'f', 'c') order by contype
      loop execute format('alter table %s drop constraint if exists %I cascade', c.t, c.n); end loop;
    for c in select indexname n from pg_indexes where schemaname = 'bot'
      loop execute format('drop index bot.%I', c.n); end loop;
    for c in select a.attrelid::regclass t, a.attname n from pg_attribute a join pg_class r on r.oid = a.attrelid
      where r.relnamespace = 'bot'::regnamespace and r.relkind = 'r' and a.attnum > 0 and a.attnotnull and not a.attisdropped
      loop execute format('alter table %s alter column %I drop not null', c.t, c.n); end loop;
  end $$`);
});
afterEach(async () => {
  await admin.end();
  await bench.close();
});

const HOSTILE = [
  '<img src=x onerror=alert(1)>',
  '<script>alert(1)</script>',
  '{{{this.constructor}}}',
  '[link](http://evil.example)',
  '![image](http://evil.example/x.png)',
  '=HYPERLINK("http://evil.example")',
  '\u202Ereversed|pipe`tick',
  `' or 1=1; drop table bot.positions; --`,
];
/** In this many of the newest rows of each table one column after the other is spoiled, a text each. */
const SPOILED_ROWS = 48;
const KEYS = `column_name in ('id', 'order_id', 'position_id', 'exchange', 'side', 'status', 'type', 'kind', 'severity', 'role')`;

async function columns(condition: string): Promise<readonly { table: string; column: string }[]> {
  const { rows } = await admin.query<{ table: string; column: string }>(
    `select c.table_name as table, c.column_name as column
     from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
     where table_schema = 'bot' and t.table_type = 'BASE TABLE' and ${condition} order by 1, 2`,
  );
  return rows;
}

/** Sets a column of the newest rows of its table to the SQL expression, in which `n` is 0 for the newest row. */
async function spoil(table: string, column: string, expression: string, values: readonly unknown[] = []) {
  const { rowCount } = await admin.query(
    `update bot."${table}" t set "${column}" = ${expression}
     from (select ctid, (row_number() over (order by ctid desc) - 1)::int as n from bot."${table}" order by ctid desc limit ${String(SPOILED_ROWS)}) r
     where t.ctid = r.ctid`,
    [...values],
  );
  return rowCount ?? 0;
}

/** The audit's report, after its HTML, Markdown and CSV were seen to hold what is hostile as text only. */
async function auditedSafely(): Promise<Report> {
  const window = filled.shifts[2];
  if (!window) throw new Error('the demo has three shifts');
  const { report, evidenceHash, reportHash } = await auditWindow(bench, { ...filled, window });
  const edition = { revision: 1, reportedAt: report.window.to, reportHash };
  const html = renderHtml(report, edition);
  expect(html).not.toMatch(/<script|<img|onerror=alert\(1\)>|href="http:\/\/evil/);
  const rendered = await marked(renderMarkdown(report, edition), { gfm: true });
  expect(rendered).not.toMatch(/<img|<script|href="http:\/\/evil/);
  const loaded = await loadEvidence(bench.artifacts, evidenceHash);
  const open = openBundle(loaded, 3600);
  const results = registry.sections.map((section) => evaluateSection(section, open));
  expect(results.filter(({ status }) => status === 'failed').map(({ error }) => error)).toEqual([]);
  for (const { file, content } of dataFilesOf(loaded, results)) {
    if (file.name.endsWith('.csv')) expect(content).not.toMatch(/(^|,)"[=+@]/m);
    expect(content.length).toBeLessThan(20_000_000);
  }
  return report;
}

test.each([
  ['free text', `data_type = 'text' and not ${KEYS}`, 15],
  ['keys, names and states', `data_type = 'text' and ${KEYS}`, 20],
])(
  'hostile %s in every such column comes out as text in every format, and is never passed',
  async (_what, condition, least) => {
    const list = await columns(condition);
    expect(list.length).toBeGreaterThan(least);
    for (const { table, column } of list) {
      const text = `case when n = 7 then repeat('x', 1000000) else ($1::text[])[n % ${String(HOSTILE.length)} + 1] || n end`;
      await spoil(table, column, text, [HOSTILE]);
    }
    const report = await auditedSafely();
    expect(report.judgement.verdict).not.toBe('PASS');
  },
  120_000,
);

test('NULLs in every column are missing values with a reason, never a zero that nobody counted, and never passed', async () => {
  const list = await columns('true');
  let spoiled = 0;
  // Each column is empty in rows of its own, so that no row is empty altogether.
  for (const [index, { table, column }] of list.entries()) {
    const own = `case when n % 12 = ${String(index % 12)} then null else t."${column}" end`;
    spoiled += await spoil(table, column, own);
  }
  expect(spoiled).toBeGreaterThan(1_000);
  const report = await auditedSafely();
  expect(report.judgement.verdict).not.toBe('PASS');
  for (const figure of report.figures.filter(({ value }) => value === null))
    expect(figure.reason).toBeDefined();
}, 120_000);
