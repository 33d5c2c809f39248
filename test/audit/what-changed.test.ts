import { describe, expect, test } from '@jest/globals';
import type { HistoryWindow, Method } from '../../audit/evidence.ts';
import type { Finding, Severity } from '../../audit/finding.ts';
import { asMeasured } from '../../audit/history.ts';
import { methodChanges, methodOf } from '../../audit/method.ts';
import type { EvaluatedAudit } from '../../audit/registry.ts';
import type { JudgedRules } from '../../audit/section.ts';
import { missing } from '../../audit/value.ts';
import { whatChanged } from '../../audit/what-changed.ts';
import { finding } from './support.ts';

const EDGE = Date.parse('2026-11-20T00:00:00.000Z');
const SHIFT_MS = 8 * 3_600_000;
const iso = (ms: number): string => new Date(ms).toISOString();

/** The last windows, newest first, each with a value of the overall number, errors and uptime. */
function history(
  values: readonly { readonly overall?: number; readonly errors?: number; readonly uptime?: number }[],
  newest: Partial<HistoryWindow> = {},
): readonly HistoryWindow[] {
  return values.map(({ overall = 9, errors = 10, uptime = 100 }, index) => ({
    window: { from: iso(EDGE - (index + 1) * SHIFT_MS), to: iso(EDGE - index * SHIFT_MS) },
    verdict: 'PASS',
    overall,
    reportHash: 'r',
    findings: [],
    figures: { overall, errors_logged: errors, uptime },
    ...(index === 0 && newest),
  }));
}

const METHOD: Method = {
  policy: 'p',
  overrides: [],
  mapping: { name: 'native', selects: { fill: 'a', order: 'b' } },
  program: 'c',
};

/** What `changesOf` measures with, but for its policy. */
const MEASURED = {
  bot: { mapping: 'native', overrides: [] },
  entities: [],
  queries: [],
  checks: [],
} as const;

interface Now {
  readonly history: readonly HistoryWindow[];
  readonly findings?: readonly Finding[];
  readonly figures?: Readonly<Record<string, readonly [value: number, unit: string]>>;
  readonly rules?: Partial<JudgedRules>;
}

const changesOf = ({ history: earlier, findings = [], figures = {}, rules = {} }: Now) =>
  whatChanged({
    evidence: {
      window: { from: iso(EDGE), to: iso(EDGE + SHIFT_MS) },
      history: earlier,
      policy: {},
      bot: { mapping: 'native' },
      entities: [],
      queries: [],
    },
    findings,
    checks: [],
    overrides: [],
    results: [{ rules: { judged: 1, unjudged: [], ...rules } }],
    judgement: { overall: 9 },
    figures: Object.entries(figures).map(([key, [value, unit]]) => ({
      key,
      name: key,
      value,
      unit,
      title: key,
    })),
  } as unknown as EvaluatedAudit);

describe('findings against the window before', () => {
  const before = (severity: Severity, fingerprints = ['f']): readonly HistoryWindow[] =>
    history([{}], { findings: [{ rule: 'SL-01', venue: null, severity, title: 'old', fingerprints }] });
  const now = (severity: Severity): Finding => ({
    ...finding({ severity }),
    recurrence: { state: 'recurring', windows: 2 },
  });
  const said = (changes: ReturnType<typeof changesOf>) => [
    changes.new.length,
    changes.worsened?.length ?? 0,
    changes.recurring.length,
    changes.resolved.length,
  ];

  test('worsened is what goes on with a higher severity, and stands once', () => {
    expect(said(changesOf({ history: before('MEDIUM'), findings: [now('HIGH')] }))).toEqual([0, 1, 0, 0]);
    expect(said(changesOf({ history: before('HIGH'), findings: [now('HIGH')] }))).toEqual([0, 0, 1, 0]);
    expect(said(changesOf({ history: before('CRITICAL'), findings: [now('HIGH')] }))).toEqual([0, 0, 1, 0]);
  });
  test('new and resolved', () => {
    const fresh = { ...finding({ severity: 'HIGH' }), recurrence: { state: 'new', windows: 1 } as const };
    expect(said(changesOf({ history: before('HIGH', ['other']), findings: [fresh] }))).toEqual([1, 0, 0, 1]);
  });
});

describe('what was found before by a rule that is not judged now is not resolved', () => {
  const gone = history([{}], {
    findings: [{ rule: 'SL-01', venue: null, severity: 'HIGH', title: 'old', fingerprints: ['f'] }],
  });
  const why = missing('source_failed');
  test.each<[string, Partial<JudgedRules>, readonly [number, number | undefined]]>([
    ['judged', {}, [1, undefined]],
    ['its rows were not read', { unjudged: [{ id: 'SL-01', title: 'stops', why }] }, [0, 1]],
    ['its source is no longer declared', { outOfScope: ['SL-01'] }, [0, 1]],
    ['another rule is blind', { unjudged: [{ id: 'SL-02', title: 'stops', why }] }, [1, undefined]],
  ])('%s', (_name, rules, [resolved, unseen]) => {
    const changes = changesOf({ history: gone, rules });
    expect([changes.resolved.length, changes.unseen?.length]).toEqual([resolved, unseen]);
  });
});

describe('scores and key figures against the last windows', () => {
  const overall = [9, 9.1, 8.9, 9.2, 9, 8.8, 9.1];
  const unusual = (value: number, values = overall) =>
    changesOf({
      history: history(values.map((one) => ({ overall: one }))),
      figures: { overall: [value, 'score'] },
    }).figures;

  test('within three median absolute deviations nothing is said, beyond them it is', () => {
    expect(unusual(8.75)).toBeUndefined();
    expect(unusual(8.6)).toEqual([
      {
        figure: 'overall',
        text: 'overall 8.6; median of 7 windows 9.0, their usual distance from it 0.1',
        median: 9,
        deviation: expect.closeTo(0.1, 6),
        windows: 7,
      },
    ]);
  });
  test('of fewer than five windows nobody knows what is usual', () => {
    expect(unusual(1, [9, 9, 9, 9])).toBeUndefined();
    expect(unusual(1, [9, 9, 9, 9, 9])).toHaveLength(1);
  });
  test('a count scatters by its root, however even the last windows were', () => {
    const errors = (value: number) =>
      changesOf({
        history: history(Array.from({ length: 9 }, () => ({ errors: 16 }))),
        figures: { errors_logged: [value, 'count'] },
      }).figures;
    expect(errors(28)).toBeUndefined();
    expect(errors(29)?.map(({ figure }) => figure)).toEqual(['errors_logged']);
  });
  test('windows of another length are no measure', () => {
    const day = { from: iso(EDGE - 24 * 3_600_000), to: iso(EDGE) };
    const mixed = history(Array.from({ length: 5 }, () => ({}))).map((one, index) =>
      index === 0 ? { ...one, window: day } : one,
    );
    const errors = { errors_logged: [999, 'count'] } as const;
    expect(changesOf({ history: mixed, figures: errors }).figures).toBeUndefined();
    const even = history(Array.from({ length: 5 }, () => ({})));
    expect(changesOf({ history: even, figures: errors }).figures).toHaveLength(1);
  });
  test('any other figure is not looked at, and what did not change is not said', () => {
    const steady = history(Array.from({ length: 9 }, () => ({})));
    const figures = { uptime: [100, 'percent'], orders: [9_999, 'count'] } as const;
    expect(changesOf({ history: steady, figures }).figures).toBeUndefined();
  });
});

describe('another ruler finds other things in the same bot', () => {
  const same = methodOf({ ...MEASURED, policy: {} });
  const other: readonly (readonly [string, Method])[] = [
    ['thresholds', methodOf({ ...MEASURED, policy: { 'stop-loss': { longGapS: 90 } } })],
    [
      'a preset',
      methodOf({ ...MEASURED, policy: {}, bot: { mapping: 'native', overrides: ['preset strict'] } }),
    ],
    ['a mapping', { ...same, mapping: { name: 'own', selects: {} } }],
    ['queries', methodOf({ ...MEASURED, policy: {}, queries: [{ id: 'fills', written: 'select 2' }] })],
    [
      'weights',
      methodOf({ ...MEASURED, policy: {}, checks: [{ id: 'SL8', weight: 10, dimension: 'risk' }] }),
    ],
  ];
  const gone: HistoryWindow['findings'] = [
    { rule: 'SL-01', venue: null, severity: 'LOW', title: 'old', fingerprints: ['f'] },
  ];
  const fresh: Finding = { ...finding({ severity: 'HIGH' }), recurrence: { state: 'new', windows: 1 } };
  const lasting: Finding = {
    ...finding({ severity: 'HIGH' }),
    recurrence: { state: 'recurring', windows: 2 },
  };
  const words = (method: Method, findings: readonly Finding[], before = gone) => {
    const earlier = history([{}], { findings: before, method });
    const changes = changesOf({ history: earlier, findings: asMeasured(findings, earlier, same) });
    return Object.entries(changes).flatMap(([word, list]) =>
      Array.isArray(list) && list.length > 0 && !['trend', 'method'].includes(word) ? [word] : [],
    );
  };
  test('the same one says what changed', () => {
    expect(words(same, [fresh], [])).toEqual(['new']);
    expect(words(same, [])).toEqual(['resolved']);
    expect(words(same, [lasting])).toEqual(['worsened']);
  });
  test.each(other)('other %s: nothing is new, resolved or worsened by it', (_name, method) => {
    expect(words(method, [fresh], [])).toEqual(['undecided']);
    expect(words(method, [])).toEqual(['unseen']);
    expect(words(method, [lasting])).toEqual(['recurring']);
  });
  test.each(other)('other %s: figures of before are no measure', (_name, method) => {
    const earlier = (ruler: Method) =>
      history(Array.from({ length: 6 }, () => ({}))).map((one) => ({ ...one, method: ruler }));
    const figures = { errors_logged: [999, 'count'] } as const;
    expect(changesOf({ history: earlier(same), figures }).figures).toHaveLength(1);
    expect(changesOf({ history: earlier(method), figures }).figures).toBeUndefined();
  });
  test('what a blind window lies before is held against the ruler of the window that found it', () => {
    const [blindWindow, found] = history([{}, {}]);
    if (!blindWindow || !found) throw new Error('two windows');
    const resolvedBy = (method: Method) =>
      changesOf({
        history: [
          { ...blindWindow, blind: ['SL-01'], method: same },
          { ...found, findings: gone, method },
        ],
      }).resolved.length;
    expect([resolvedBy(same), ...other.map(([, method]) => resolvedBy(method))]).toEqual([1, 0, 0, 0, 0, 0]);
  });
});

describe('the method', () => {
  test.each<[string, Partial<Method>, readonly string[]]>([
    ['the same', {}, []],
    [
      'another threshold',
      { policy: 'q', overrides: ['stop-loss.longGapS = 90 (usually 60)'] },
      ['Policy: now stop-loss.longGapS = 90 (usually 60)'],
    ],
    ['other defaults', { policy: 'q' }, ['Policy: other usual thresholds']],
    ['another mapping', { mapping: { name: 'own', selects: {} } }, ['Mapping: now own, before native']],
    [
      'a mapping that was changed',
      { mapping: { name: 'native', selects: { fill: 'a', order: 'c' } } },
      ['Mapping: native reads order in another way'],
    ],
    ['a table that could not be read', { mapping: { name: 'native', selects: { fill: 'a' } } }, []],
    [
      'another program',
      { program: 'd' },
      ['Program: another version, with other queries or checks of its own'],
    ],
  ])('%s', (_name, change, said) => {
    expect(methodChanges(METHOD, { ...METHOD, ...change })).toEqual(said);
  });
  test('what is taken back is said too', () => {
    const before = { ...METHOD, overrides: ['policy preset strict'], policy: 'q' };
    expect(methodChanges(before, METHOD)).toEqual(['Policy: no longer policy preset strict']);
  });
  test('stands in what changed where the window before kept its own, and only there', () => {
    const same = methodOf({ ...MEASURED, policy: {} });
    expect(changesOf({ history: history([{}]) }).method).toBeUndefined();
    expect(changesOf({ history: history([{}], { method: same }) }).method).toBeUndefined();
    expect(changesOf({ history: history([{}], { method: { ...same, program: 'x' } }) }).method).toHaveLength(
      1,
    );
  });
});
