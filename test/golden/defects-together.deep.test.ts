import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { PRODUCTION } from '../../audit/kinds.ts';
import { DEFECTS } from '../../local/demo/defects/index.ts';
import { NO_DEFECTS } from '../../local/demo/defects/plan.ts';
import { auditWindow, createBench, fillBench, type Bench } from '../support/audit.ts';

const NOW = '2026-11-20T08:10:00Z';
/** For a loaded machine: five minutes on a quiet one. */
const PATIENCE_MS = 1_800_000;
const isTrial = process.env['AUDIT_TRIALS'] === '1';

let bench: Bench;
beforeAll(async () => {
  bench = await createBench();
}, PATIENCE_MS);
afterAll(async () => {
  await bench.close();
});

/** Defects that change the same thing, so that the world has only one of them: why, and which. */
const APART: readonly (readonly [why: string, ...names: readonly string[]])[] = [
  [
    'each sets what the shift earns',
    ...['fees-eat-profit', 'daily-loss-limit', 'single-trade-loss', 'concentrated-result'],
  ],
  ['nothing happens in the hour in which the other one does', 'dead-hour', 'error-cluster'],
  [
    'trades that are too many at once, or lose too much, are taken away',
    'dead-hour',
    'concurrency-over-limit',
  ],
  ['the same', 'dead-hour', 'daily-loss-limit'],
  ['beside a flood no hour has most of the errors', 'error-flood', 'error-cluster'],
  ['the position whose stop is lost is not there either', 'phantom-position', 'stop-not-at-exchange'],
  ['both are seen by the same counter, and more of it is worse', 'reconnect-storm', 'reconnect-alerts'],
];
/** These take away what the others are seen by: a table, and every entry of the shift. */
const ALONE: readonly string[] = ['table-denied', 'signals-without-orders'];

/** What lasts is found by the reports before, and here there are none. */
const NAMES = DEFECTS.flatMap(({ name, lasts }) => (lasts === true || ALONE.includes(name) ? [] : [name]));
const areApart = (a: string, b: string): boolean =>
  APART.some(([, ...names]) => names.includes(a) && names.includes(b));
const pairsOf = (names: readonly string[]): readonly string[] =>
  names.flatMap((a, index) => names.slice(index + 1).flatMap((b) => (areApart(a, b) ? [] : [`${a} + ${b}`])));

/** The same halves each time: a half that failed is there again. */
let state = 1;
function random(): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 2 ** 32;
}

/** About a half of them, in the order in which they are planted; of those that are apart the first of a random order. */
function randomHalf(): readonly string[] {
  const order = NAMES.map((name) => [random(), name] as const).sort(([a], [b]) => a - b);
  const half = order
    .slice(0, NAMES.length / 2)
    .reduce<readonly string[]>(
      (chosen, [, name]) => (chosen.some((one) => areApart(one, name)) ? chosen : [...chosen, name]),
      [],
    );
  return NAMES.filter((name) => half.includes(name));
}

/** What of the defects is not found, and what is found that none of them causes. */
async function differences(names: readonly string[]): Promise<readonly string[]> {
  const filled = await fillBench(bench, NOW, { ...NO_DEFECTS, newest: names });
  const window = filled.shifts[2];
  if (!window) throw new Error('the demo has three shifts');
  const sources = { ...filled.bot.facts.sources, exchange: 'required' } as const;
  const bot = { ...filled.bot, facts: { ...filled.bot.facts, sources } };
  const { report } = await auditWindow(bench, { ...filled, bot, window });
  const found = report.findings.map(({ rule, severity }) => `${rule} ${severity}`);
  const caused = DEFECTS.filter(
    ({ name, kind = PRODUCTION.id }) => names.includes(name) && kind === PRODUCTION.id,
  )
    .flatMap(({ causes }) => causes)
    .map(({ rule, severity }) => `${rule} ${severity}`);
  return [
    ...caused.filter((one) => !found.includes(one)).map((one) => `- ${one}`),
    ...found.filter((one) => !caused.includes(one)).map((one) => `+ ${one}`),
  ];
}

(isTrial ? test : test.skip)(
  'random halves of the defects are found as each alone, until every pair that can be has met',
  async () => {
    const open = new Set(pairsOf(NAMES));
    const said: string[] = [];
    while (open.size > 0) {
      const half = Array.from({ length: 50 }, randomHalf)
        .map((names) => ({ names, fresh: pairsOf(names).filter((pair) => open.has(pair)).length }))
        .reduce((most, one) => (one.fresh > most.fresh ? one : most)).names;
      const other = await differences(half);
      if (other.length > 0) said.push(`${other.join(', ')} of ${half.join(', ')}`);
      for (const pair of pairsOf(half)) open.delete(pair);
    }
    expect(said).toEqual([]);
  },
  PATIENCE_MS,
);
