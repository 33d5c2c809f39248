import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Policy, Window } from '../../audit/evidence.ts';
import { PRESET_NAMES, presetOf } from '../../audit/policy-presets.ts';
import type { Report } from '../../audit/report.ts';
import { registry } from '../../sections/index.ts';
import { loadEvidence } from '../../sources/collect.ts';
import { auditWindow, createBench, fillBench, type Audited, type Bench } from '../support/audit.ts';
import {
  broken,
  bundleOf,
  permuted,
  renamed,
  reportOf,
  scaled,
  shiftedByDays,
  type Bundle,
  type Relation,
} from './metamorphic.ts';

let bench: Bench;
let audited: (window: Window) => Promise<Audited>;
let window: Window;
let bundle: Bundle;
let before: Report;

beforeAll(async () => {
  bench = await createBench();
  const filled = await fillBench(bench, '2026-11-20T08:10:00Z');
  const newest = filled.shifts[2];
  if (!newest) throw new Error('the demo has three shifts');
  window = newest;
  // With every source that the demo has, the exchanges' own states among them.
  const sources = { ...filled.bot.facts.sources, exchange: 'required' } as const;
  const bot = { ...filled.bot, facts: { ...filled.bot.facts, sources } };
  audited = (of) => auditWindow(bench, { ...filled, bot, window: of });
  const whole = await audited(window);
  bundle = bundleOf(await loadEvidence(bench.artifacts, whole.evidenceHash));
  before = whole.report;
  // For a loaded machine: seconds on a quiet one.
}, 600_000);
afterAll(async () => {
  await bench.close();
});

const brokenBy = (relation: Relation): readonly string[] =>
  broken(before, reportOf(relation.change(bundle)), relation);

/** Each relation alone, and a window cut in two: minutes, so by hand. All at once are tried in statements.deep.test.ts. */
const isTrial = process.env['AUDIT_TRIALS'] === '1';

(isTrial ? describe : describe.skip)('each alone', () => {
  test.each<[string, () => Relation]>([
    ['rows in another order', () => permuted(2)],
    ['rows in yet another order', () => permuted(3)],
    ['five days later', () => shiftedByDays(5)],
    ['four hundred days earlier', () => shiftedByDays(-400)],
    ['other symbols and exchanges', () => renamed(bundle)],
    ['prices seven times as high', () => scaled(7)],
    ['prices a thousand times as high', () => scaled(1000)],
  ])('%s', (_name, relation) => {
    expect(brokenBy(relation())).toEqual([]);
  });
});

(isTrial ? test.each : test.skip.each)(PRESET_NAMES)(
  'with the preset %s every gate says the same',
  (name) => {
    const policy = registry.policy.map(
      ({ id, settings }) => [id, settings.parse(presetOf(name, id))] as const,
    );
    const evidence = { ...bundle.evidence, preset: name, policy: Object.fromEntries(policy) as Policy };
    const gates = ({ gates: all }: Report) => all.map(({ id, failed }) => [id, failed]);
    const after = reportOf({ ...bundle, evidence });
    expect(gates(after)).toEqual(gates(before));
    expect(after.judgement.verdict).toBe('FAIL');
  },
);

/** What of two halves adds up to the whole: what happened in a window. */
const ADDS_UP =
  /^(positions_opened|positions_closed|winners|losers|gross_pnl|net_pnl|fees_paid|funding_net|exits|exits_net|entry_orders|entry_orders_failed|stops_set|stops_required|stops_updated|stops_triggered|stop_slippage_cost|trailing_updates|trailing_activations|trailing_skipped|api_calls|api_failed|api_operation_calls|decisions|executions|errors_logged|faults|heartbeats|event_minutes|naked_updates|unprotected_time|snapshots_expected|snapshots_observed|snapshots_missing|snapshot_\w*(opened|closed|errors|updated|updates)|timeline_\w+|wallet_(gross|fees|funding|transfers|residual)|crossed_age|unrealised_change)(\{|$)/;

(isTrial ? test : test.skip)('a window cut in two: what happened in it adds up', async () => {
  const middle = new Date((Date.parse(window.from) + Date.parse(window.to)) / 2).toISOString();
  const halves = [
    await audited({ from: window.from, to: middle }),
    await audited({ from: middle, to: window.to }),
  ].map(({ report }) => new Map(report.figures.map(({ key, value }) => [key, Number(value ?? 0)])));
  const added = before.figures.filter(({ key, value }) => ADDS_UP.test(key) && value !== null);
  expect(added.length).toBeGreaterThan(80);
  for (const { key, value } of added) {
    const sum = halves.reduce((total, half) => total + (half.get(key) ?? 0), 0);
    expect(`${key} ${sum.toFixed(6)}`).toBe(`${key} ${Number(value).toFixed(6)}`);
  }
});
