import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { resolveOne } from '../../activities/resolve.ts';
import { KINDS, type Kind } from '../../audit/kinds.ts';
import { createRegistry, entriesOf } from '../../audit/registry.ts';
import { demoData } from '../../local/demo/fill.ts';
import { renderMarkdown } from '../../report/markdown.ts';
import { registry } from '../../sections/index.ts';
import { parseRoute } from '../../server/report-path.ts';
import { checkAuditInput } from '../../workflows/input.ts';
import { auditWindow, createBench, fillBench, type Bench, type FilledBench } from '../support/audit.ts';
import { expectCodeOf } from '../support/page-code.ts';

const STOPS: Kind = {
  id: 'stops',
  title: 'Stop-loss audit',
  maxHours: 7 * 24,
  bucketS: 86_400,
  calendar: null,
  sections: ['stop-loss', 'recommendations', 'conclusion', 'appendix-c', 'appendix-d'],
};
const kinds = [...KINDS, STOPS];
const SHOWN = entriesOf(createRegistry(registry.entries, [STOPS]), 'stops');
const longer = createRegistry(registry.entries, kinds);

let bench: Bench;
let filled: FilledBench;
beforeAll(async () => {
  bench = await createBench();
  filled = await fillBench(bench, '2026-11-20T08:10:00Z');
});
afterAll(() => bench.close());

test('the page has the code of this test', () => expectCodeOf('adding-a-kind.md', import.meta.filename));

test('the input knows it, with its longest window', () => {
  const input = { kind: 'stops', last: '6d' };
  expect(checkAuditInput(input, kinds)).toEqual({ ok: true, input });
  const now = '2026-11-20T08:10:00Z';
  expect(resolveOne(filled.bot, input, now, kinds)).toMatchObject({
    kind: 'stops',
    window: { from: '2026-11-14T08:00:00.000Z', to: '2026-11-20T08:00:00.000Z' },
  });
  expect(() => resolveOne(filled.bot, { ...input, last: '8d' }, now, kinds)).toThrow(
    'a stops report covers at most 7 days',
  );
  expect(checkAuditInput({ kind: 'stops', month: '2026-11' }, kinds)).toEqual({
    ok: false,
    errors: [
      'A stops report covers at most 168 h; for a month write {"kind": "monthly", "month": "2026-11"}.',
    ],
  });
});

test('its report has its sections only, in the report’s order, and asks only their queries', async () => {
  const [window] = filled.shifts;
  if (window === undefined) throw new Error('the demo has three shifts');
  const { report, reportHash } = await auditWindow(bench, {
    ...filled,
    window,
    registry: longer,
    kind: 'stops',
  });
  expect(report.sections.map(({ id }) => id)).toEqual(SHOWN);
  const asked = longer.section('stop-loss').queries.map(({ id }) => id);
  expect(report.queries.map(({ id }) => id).sort()).toEqual([...asked].sort());
  expect(report.checks.map(({ section }) => section)).not.toContain('pnl');
  // Thresholds that judge other reports are no part of this one's ruler.
  const stops = longer.section('stop-loss');
  expect(Object.keys(report.policy).sort()).toEqual(
    ['scoring', stops.id, ...stops.facts.flatMap((fact) => (fact.settings ? [fact.id] : []))].sort(),
  );
  const edition = { revision: 1, reportedAt: window.to, reportHash };
  expect(renderMarkdown(report, edition)).toContain('# STOP-LOSS AUDIT REPORT');
  expect(parseRoute('/reports/demo/stops/20261120T0000Z-20261120T0800Z/report.html')).toMatchObject({
    kind: 'stops',
  });
});

test('the order of its sections means nothing; one that is not there is named when the program loads', () => {
  const reversed = { ...STOPS, sections: SHOWN.toReversed() };
  expect(SHOWN).toEqual(STOPS.sections);
  expect(entriesOf(createRegistry(registry.entries, [reversed]), 'stops')).toEqual(SHOWN);
  expect(() => createRegistry(registry.entries, [{ ...STOPS, sections: ['stop-los'] }])).toThrow(
    'kind stops names section stop-los; there are ingestion, signals, decisions,',
  );
});

test('a report limited to a part of the bot has that part only, says what is not limited, and passes nothing', async () => {
  const [window] = filled.shifts;
  if (window === undefined) throw new Error('the demo has three shifts');
  const scope = { strategy: 'trend', symbols: ['BTC/USDT:USDT', 'ethusdt'] };
  const { report } = await auditWindow(bench, { ...filled, window, kind: 'strategy', scope });
  expect(report.kind).toMatch(/^strategy@trend-btc-usdt-usdt-ethusdt-[0-9a-f]{8}$/);
  expect(report.judgement.verdict).toBe('INCONCLUSIVE');
  expect(report.checks).toEqual([]);
  expect(report.scope).toMatchObject({ ...scope, whole: ['limit', 'state', 'price', 'instrument'] });
  expect(report.scope?.unread).toContain('api_call');
  const shown = report.datasets.find(({ id }) => id === 'strategies.success');
  expect(shown?.rows.map(([name]) => name)).toEqual(['trend']);
  const decided = report.figures.find(({ name }) => name === 'strategy_decided');
  const whole = demoData(filled.shifts[2]?.to ?? '', undefined).rows.decision.filter(
    ({ at, strategy, symbol, status }) =>
      typeof at === 'string' &&
      at >= window.from &&
      at < window.to &&
      strategy === 'trend' &&
      (symbol === 'BTCUSDT' || symbol === 'ETHUSDT') &&
      (status === 'executed' || status === 'failed'),
  );
  expect([decided?.value, whole.length > 0]).toEqual([whole.length, true]);
  expect(parseRoute(`/reports/demo/${report.kind}/20261120T0000Z-20261120T0800Z/report.pdf`)).toMatchObject({
    kind: report.kind,
  });
  expect(renderMarkdown(report, { revision: 1, reportedAt: window.to, reportHash: 'x' })).toContain(
    '**Limited to:** strategy trend, symbols BTC/USDT:USDT, ethusdt',
  );
});
