import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { completeFinding } from '../../audit/complete-finding.ts';
import type { HistoryWindow, Window } from '../../audit/evidence.ts';
import type { FindingDraft, Severity } from '../../audit/finding.ts';
import { historyEntry } from '../../audit/history.ts';
import { plainText } from '../../audit/plain-text.ts';
import { recurrenceWords } from '../../audit/recurrence.ts';
import type { EvaluatedAudit } from '../../audit/registry.ts';
import type { Report } from '../../audit/report.ts';
import { missing } from '../../audit/value.ts';
import { whatChanged } from '../../audit/what-changed.ts';
import { BOT } from '../sections/support.ts';
import { finding as anyFinding } from './support.ts';

const FIRST = Date.parse('2026-11-20T00:00:00.000Z');
const iso = (shift: number): string => new Date(FIRST + shift * 8 * 3_600_000).toISOString();
const windowAt = (shift: number): Window => ({ from: iso(shift), to: iso(shift + 1) });

/** What one window has of rule R: a subject and a severity each, or that it could not be judged; null: no report. */
type Shift = { readonly found?: Readonly<Record<string, Severity>>; readonly blind?: boolean } | null;

/** The windows in turn, each with the reports before it as history, of which `kept` are left. */
function told(shifts: readonly Shift[], kept = 14) {
  const history: HistoryWindow[] = [];
  return shifts.map((shift, index) => {
    if (shift === null) return null;
    const window = windowAt(index);
    const seen = history.slice(0, kept);
    const findings = Object.entries(shift.found ?? {}).map(([subject, severity]) =>
      completeFinding(
        { ...DRAFT, severity, title: [subject], occurrences: [{ subject, at: window.from }] },
        {
          ...{ rule: 'R', ruleTitle: 'R', section: 's', dimension: 'risk' as const, window },
          ...{ bot: BOT, entities: [], history: seen },
        },
      ),
    );
    const results = [
      {
        rules: {
          judged: 1,
          unjudged: shift.blind === true ? [{ id: 'R', title: 'R', why: missing('source_failed') }] : [],
        },
      },
    ];
    const evidence = {
      window,
      history: seen,
      policy: {},
      bot: { mapping: 'native' },
      entities: [],
      queries: [],
    };
    const judgement = { overall: 9, verdict: 'PASS' };
    const audit = { evidence, findings, checks: [], overrides: [], results, judgement, figures: [] };
    const changes = whatChanged(audit as unknown as EvaluatedAudit);
    const report = {
      ...evidence,
      judgement,
      findings,
      figures: [],
      checks: [],
      bot: { mapping: 'native', overrides: [] },
    };
    history.unshift(historyEntry(report as unknown as Report, 'r', results));
    const names = (list: readonly { readonly title: string }[] = []) => list.map(({ title }) => title).sort();
    return {
      compared: changes.compared,
      new: names(changes.new),
      undecided: names(changes.undecided),
      recurring: names([...changes.recurring, ...(changes.worsened ?? [])]),
      worsened: names(changes.worsened),
      resolved: names(changes.resolved),
      unseen: names(changes.unseen),
      words: Object.fromEntries(
        findings.map(({ title, recurrence }) => [plainText(title, new Map()), recurrenceWords(recurrence)]),
      ),
    };
  });
}
const {
  severity: _severity,
  title: _title,
  occurrences: _occurrences,
  ...DRAFT
} = anyFinding({ severity: 'LOW' }) as FindingDraft;
const last = (shifts: readonly Shift[], kept?: number) => told(shifts, kept).at(-1);
const A = { found: { A: 'MEDIUM' } } as const;
const BLIND = { blind: true };

describe('a finding over several windows', () => {
  test.each<[string, readonly Shift[], string]>([
    ['in the first report there is', [A], ''],
    ['in the second one', [{}, A], 'new'],
    ['in five running', [A, A, A, A, A], 'fifth window in a row'],
    ['again after a window without it', [A, A, {}, A], 'new'],
    ['again after a window without a report', [A, A, null, A], ''],
    ['and in two after one without a report', [A, A, null, A, A], 'second window in a row'],
    ['after a window that could not judge its rule', [{}, BLIND, A], 'not judged so in the window before'],
    ['before and after such a window', [A, A, BLIND, A], 'third window in a row'],
    ['before and after two of them', [A, BLIND, BLIND, A], 'second window in a row'],
    ['in a window that judged it in part', [A, { ...A, ...BLIND }, A], 'third window in a row'],
  ])('%s', (_name, shifts, words) => {
    expect(last(shifts)?.words['A']).toBe(words);
  });

  test('goes on beyond the reports that are kept, and a purge takes nothing from it', () => {
    const twenty = Array.from({ length: 20 }, () => A);
    expect(last(twenty)?.words['A']).toBe('20 windows in a row');
    expect(last(twenty, 2)?.words['A']).toBe('20 windows in a row');
    expect(last([{}, ...twenty.slice(0, 3)], 1)?.words['A']).toBe('third window in a row');
  });
});

describe('what changed against the windows before', () => {
  test('what a window could not judge is resolved by the next one that can, once', () => {
    const row = told([A, BLIND, {}, {}]);
    expect(row.map((one) => [one?.unseen, one?.resolved])).toEqual([
      [[], []],
      [['A'], []],
      [[], ['A']],
      [[], []],
    ]);
  });

  test('what was found by a rule that was not judged before is neither new nor recurring', () => {
    expect(last([{}, BLIND, A])).toMatchObject({ new: [], recurring: [], undecided: ['A'] });
  });

  test('worsened is against the last window that looked', () => {
    const high = { found: { A: 'HIGH' } } as const;
    expect(last([A, BLIND, high])?.worsened).toEqual(['A']);
    expect(last([high, BLIND, high])?.worsened).toEqual([]);
  });

  test('behind a window without a report nothing is new, recurring or resolved', () => {
    expect(last([A, null, { found: { B: 'LOW' } }])).toMatchObject({
      ...{ compared: false, new: [], recurring: [], resolved: [], unseen: [], undecided: [] },
    });
  });

  const shift = fc.record({
    found: fc
      .subarray(['A', 'B', 'C'])
      .map((names) => Object.fromEntries(names.map((name) => [name, 'LOW' as const]))),
    blind: fc.boolean(),
  });
  test('nothing is lost and nothing is told twice, whatever 5 to 14 windows found and could judge', () => {
    fc.assert(
      fc.property(fc.array(shift, { minLength: 5, maxLength: 14 }), (shifts) => {
        let open: readonly string[] = [];
        told(shifts).forEach((now, index) => {
          const found = Object.keys(shifts[index]?.found ?? {}).sort();
          if (now === null || index === 0) return void (open = found);
          const { new: fresh, undecided, recurring, resolved, unseen } = now;
          expect([...fresh, ...undecided, ...recurring].sort()).toEqual(found);
          expect([...resolved, ...unseen].sort()).toEqual(open.filter((name) => !found.includes(name)));
          open = [...new Set([...found, ...unseen])].sort();
        });
      }),
      { numRuns: 200 },
    );
  });
});
