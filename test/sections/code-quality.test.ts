import { describe, expect, test } from '@jest/globals';
import { codeQuality } from '../../sections/code-quality.ts';
import { placeOf, topFrame } from '../../sections/code-quality/frames.ts';
import { at, danglingReferences, evaluate, findingsOf, valueOf, type Evidence } from './support.ts';

type Row = Readonly<Record<string, unknown>>;
const JAVASCRIPT = 'at parse (src/orders.ts:211:13)\nat onOrder (src/orders.ts:87:5)';

/** Three occurrences of an error that the six days before do not know. */
const fault = (over: Row = {}): Row => ({
  type: 'parse_error',
  signature: 'Unknown status #',
  frames: JAVASCRIPT,
  is_cut: false,
  events: 3,
  first_at: at('01:00'),
  last_at: at('05:00'),
  is_trade: false,
  exchange: 'bybit',
  exchanges: 1,
  writer: 'trader',
  example: 'Unknown status "X"',
  seen_before: false,
  past_from: at('00:00', '2026-11-14'),
  ...over,
});

function run(faults: readonly Row[], more: Evidence = {}) {
  const result = evaluate(codeQuality, { ...more, rows: { ...more.rows, 'fault-signatures': faults } });
  expect(danglingReferences(result)).toEqual([]);
  return result;
}
const found = (over: Row = {}, more: Evidence = {}) => findingsOf(run([fault(over)], more), 'CQ-01');

describe('the innermost place of the bot’s own code', () => {
  test.each([
    ['JavaScript: the first frame', JAVASCRIPT, 'src/orders.ts:211'],
    ['an async one', 'at async load (file:///app/src/a.ts:5:9)', '/app/src/a.ts:5'],
    ['one without a function', 'at /app/src/a.ts:7:1', '/app/src/a.ts:7'],
    [
      'a library and the runtime are not the bot',
      'at x (/app/node_modules/ccxt/y.js:1:2)\nat node:internal/z:3:4\nat w (/app/src/b.ts:9:1)',
      '/app/src/b.ts:9',
    ],
    [
      'Python: the last frame',
      'File "/app/main.py", line 10, in run\nFile "/app/core/position_manager.py", line 412, in open_position',
      '/app/core/position_manager.py:412',
    ],
    [
      'Python: libraries come last and are not the bot',
      'File "/app/main.py", line 10, in run\nFile "/usr/lib/python3.12/asyncio/tasks.py", line 520, in wait_for\nFile "/venv/lib/python3.12/site-packages/ccxt/base.py", line 3, in fetch',
      '/app/main.py:10',
    ],
    ['no frame of its own', 'at x (/app/node_modules/ccxt/y.js:1:2)', null],
    ['no trace', null, null],
  ])('%s', (_name, frames, place) => {
    expect(placeOf(topFrame(frames, false))).toBe(place);
  });

  test('a Python trace that was cut does not say where it ends; a JavaScript one begins there', () => {
    expect(topFrame('File "/app/main.py", line 10, in run', true)).toBeNull();
    expect(placeOf(topFrame(JAVASCRIPT, true))).toBe('src/orders.ts:211');
  });
});

describe('CQ-01 new error signature', () => {
  test.each([
    ['three times', { events: 3 }, 1],
    ['twice', { events: 2 }, 0],
    ['the days before knew it', { seen_before: true }, 0],
    ['the days before reach back 24 h', { past_from: at('00:00', '2026-11-19') }, 1],
  ])('%s', (_name, over, findings) => {
    expect(found(over)).toHaveLength(findings);
  });

  test('says place, venue and how often; HIGH where an order or a position is named', () => {
    expect(found()[0]).toMatchObject({
      severity: 'MEDIUM',
      venue: 'bybit',
      frequency: 3,
      cause: { location: 'src/orders.ts:211' },
      occurrences: [{ subject: 'Unknown status #', at: at('01:00'), until: at('05:00') }],
    });
    expect(found({ is_trade: true })[0]?.severity).toBe('HIGH');
  });

  test('occurrences in two places add up to one signature, with a finding in each module', () => {
    const other = { events: 1, frames: 'at parse (src/book.ts:4:1)' };
    expect(findingsOf(run([fault({ events: 2 }), fault(other)]), 'CQ-01')).toHaveLength(2);
    expect(findingsOf(run([fault({ events: 1 }), fault(other)]), 'CQ-01')).toHaveLength(0);
  });

  test.each([
    ['23 h', at('01:00', '2026-11-19')],
    ['nothing', null],
  ])('of %s before the window nobody can say what is new', (_name, from) => {
    const result = run([fault({ past_from: from })]);
    expect(findingsOf(result, 'CQ-01')).toEqual([]);
    expect(valueOf(result, 'faults_new')).toBe('<inadequate_basis>');
    expect(result.rules.unjudged).toMatchObject([{ id: 'CQ-01', why: { reason: 'inadequate_basis' } }]);
  });

  test('where nothing came often enough, nothing is new', () => {
    const result = run([fault({ events: 2, past_from: null })]);
    expect([valueOf(result, 'faults_new'), result.rules.unjudged]).toEqual([0, []]);
  });

  test.each([
    ['stop_failed', ['SL-01', 'SL-02', 'SL-05', 'TL-01', 'CE-03']],
    ['order_rejected', ['PM-03', 'TL-01', 'CE-03']],
    [null, ['TL-01', 'CE-03']],
  ])('what failed has rules of its own that say why: %s', (kind, rules) => {
    expect(found({ kind })[0]?.explainedBy?.map(({ rule }) => rule)).toEqual(rules);
  });

  test('a cluster or a flood of errors explains what most of them are, and nothing that came beside', () => {
    const flood = (events: number) =>
      fault({ signature: 'HTTP 429', type: 'api_error', events, seen_before: true });
    const explained = (events: number) =>
      findingsOf(run([fault(), flood(events)]), 'CQ-01')[0]?.explainedBy?.map(({ rule }) => rule);
    expect([explained(3), explained(4)]).toEqual([['TL-01', 'CE-03'], []]);
  });

  test('a version first heard before it may have brought it', () => {
    const version = (name: string, first: string): Row => ({
      service: 'trader',
      version: name,
      first_at: first,
      from_at: null,
      to_at: null,
      beats: 9,
      runs: 1,
    });
    const of = (...versions: Row[]) => found({}, { rows: { versions } })[0]?.cause.id;
    const old = version('1.0', at('00:00', '2026-11-19'));
    expect(of(old, version('1.1', at('00:30')))).toMatch(/-new-version$/);
    expect(of(old, version('1.1', at('01:30')))).toMatch(/-outside-changed$/);
    expect(of(old)).toMatch(/-outside-changed$/);
    expect(of()).toMatch(/-unknown$/);
  });
});

test('errors by module, and by what nothing says where', () => {
  const result = run([
    fault(),
    fault({
      frames: null,
      type: 'api_error',
      signature: 'HTTP 502',
      events: 5,
      exchange: null,
      seen_before: true,
    }),
  ]);
  expect(
    ['faults', 'fault_signatures', 'fault_modules', 'faults_located'].map((name) => valueOf(result, name)),
  ).toEqual([8, 2, 1, 3]);
  const modules = result.datasets.find(({ id }) => id === 'code-quality.modules');
  expect(modules?.rows.map(([module, events]) => [module, events])).toEqual([
    ['trader, location unknown', 5],
    ['src/orders.ts', 3],
  ]);
});

test('events that cannot be read are said, not 0', () => {
  const result = evaluate(codeQuality, { lacks: ['event'] });
  expect(valueOf(result, 'faults')).toBe('<missing_entity>');
  expect(result.rules.unjudged).toMatchObject([{ id: 'CQ-01', why: { reason: 'missing_entity' } }]);
});

describe('CQ-02, a failed execution that nobody noticed', () => {
  const swallowed = (over: Row = {}): Row => ({
    id: 'x-1',
    decision_id: 'd-1',
    at: at('07:49'),
    http_status: 400,
    error: 'Margin is insufficient',
    exchange: 'binance',
    symbol: 'BTCUSDT',
    ended: 0,
    ...over,
  });
  const findings = (rows: readonly Row[], more: Evidence = {}) =>
    findingsOf(run([], { ...more, rows: { 'swallowed-executions': rows } }), 'CQ-02');

  test.each<[string, Row, number]>([
    ['ten minutes before the end', { at: at('07:50') }, 0],
    ['a moment longer ago', { at: at('07:49:59.999') }, 1],
  ])('%s', (_name, over, expected) => {
    expect(findings([swallowed(over)])).toHaveLength(expected);
  });

  test('is MEDIUM by exchange, from the failure to the end of the window', () => {
    expect(
      findings([swallowed(), swallowed({ id: 'x-2', decision_id: 'd-2', exchange: 'bybit' })]),
    ).toMatchObject([
      { severity: 'MEDIUM', venue: 'binance', firstSeen: at('07:49'), lastSeen: at('08:00'), frequency: 1 },
      { venue: 'bybit', occurrences: [{ subject: 'd-2' }] },
    ]);
  });

  test.each<[string, readonly Row[], string]>([
    ['no failure ends a decision', [swallowed()], 'never-written LIKELY'],
    ['others end theirs', [swallowed({ ended: 2 })], 'one-answer LIKELY'],
    [
      'others end theirs, and these failed in two ways',
      [swallowed({ ended: 2 }), swallowed({ id: 'x-2', ended: 2, error: 'y' })],
      'one-answer POSSIBLE',
    ],
  ])('%s', (_name, rows, cause) => {
    const { id, confidence } = findings(rows)[0]?.cause ?? {};
    expect(`${String(id)} ${String(confidence)}`).toBe(cause);
  });

  test('is judged without events, and not judged without executions', () => {
    const unjudged = (lacks: readonly string[]) => run([], { lacks }).rules.unjudged.map(({ id }) => id);
    expect(unjudged(['event'])).toEqual(['CQ-01']);
    expect(unjudged(['execution'])).toEqual(['CQ-02']);
    expect(unjudged(['decision'])).toEqual(['CQ-02']);
    expect(unjudged(['api_call'])).toEqual(['CQ-02']);
    expect(unjudged([])).toEqual([]);
    expect(findings([swallowed()], { lacks: ['event'] })).toHaveLength(1);
  });
});

describe('CQ-02, a refused order that stayed open', () => {
  const refused = (over: Row = {}): Row => ({
    id: 'O-1',
    exchange: 'binance',
    symbol: 'BTCUSDT',
    status: 'new',
    at: at('07:49'),
    operation: 'open_position',
    class: 'insufficient_margin',
    http_status: 400,
    error_code: '-2019',
    ended_at: null,
    ...over,
  });
  const findings = (rows: readonly Row[]) =>
    findingsOf(run([], { rows: { 'refused-and-open-orders': rows } }), 'CQ-02');
  const cancelled = (ended: string) => refused({ at: at('02:00'), status: 'cancelled', ended_at: at(ended) });

  test.each<[string, Row, number]>([
    ['refused ten minutes before the end', refused({ at: at('07:50') }), 0],
    ['a moment longer ago', refused({ at: at('07:49:59.999') }), 1],
    ['ended after ten minutes', cancelled('02:10'), 0],
    ['a moment later', cancelled('02:10:00.001'), 1],
  ])('%s', (_name, row, expected) => {
    expect(findings([row])).toHaveLength(expected);
  });

  test('lasts to its end, and stands beside what executions tell', () => {
    const swallowed = {
      ...{ id: 'x', decision_id: 'd', at: at('01:00'), http_status: 400, error: 'no' },
      ...{ exchange: 'binance', symbol: 'ETHUSDT', ended: 0 },
    };
    const result = run([], {
      rows: { 'refused-and-open-orders': [cancelled('02:30')], 'swallowed-executions': [swallowed] },
    });
    expect(findingsOf(result, 'CQ-02')).toMatchObject([
      { venue: 'binance', occurrences: [{ subject: 'd' }] },
      {
        venue: 'binance',
        severity: 'MEDIUM',
        occurrences: [{ subject: 'BTCUSDT', at: at('02:00') }],
        lastSeen: new Date(at('02:30')).toISOString(),
        cause: { id: 'order-swept-later' },
      },
    ]);
  });
});
