import { describe, expect, test } from '@jest/globals';
import { plainText } from '../../audit/plain-text.ts';
import type { SectionResult } from '../../audit/section.ts';
import { missing, type Missing } from '../../audit/value.ts';
import { registry } from '../../sections/index.ts';
import { pnl } from '../../sections/pnl.ts';
import { hourlyTimeline } from '../../sections/hourly-timeline.ts';
import { positionManagement } from '../../sections/position-management.ts';
import { at, BOT, evaluate, figureOf, findingsOf } from './support.ts';
import { fill, position } from './trading-rows.ts';
import { snapshots } from './monitoring-coverage-support.ts';

const AWAY = missing('source_failed', 'permission denied');
const away = (ids: readonly string[]): Record<string, Missing> =>
  Object.fromEntries(ids.map((id) => [id, AWAY]));
const QUERIES = registry.queries.map(({ id }) => id);

/** The sentences of the part on findings. */
function saidOf({ parts, figures }: SectionResult): string {
  const byKey = new Map(figures.map((figure) => [figure.key, figure]));
  return (parts.at(-1)?.blocks ?? [])
    .map((block) =>
      block.type === 'findings'
        ? plainText(block.none, byKey)
        : block.type === 'note'
          ? plainText(block.text, byKey)
          : '',
    )
    .join(' ');
}

describe('a bot of which no query could be read', () => {
  const results = registry.sections.map((section) => evaluate(section, { rows: away(QUERIES) }));

  test('has no condition that was judged, except by the preflight', () => {
    const preflight = ['DQ-01', 'DQ-02', 'DQ-03', 'DQ-05'];
    const rules = registry.sections.flatMap((section) => section.rules.map(({ id }) => id));
    const unjudged = results.flatMap((result) => result.rules.unjudged.map(({ id }) => id));
    expect(rules.filter((id) => !unjudged.includes(id)).sort()).toEqual(preflight);
  });

  test('has no number that was made of its rows', () => {
    const known = results.flatMap(({ figures }) =>
      figures.flatMap(({ key, value, queries }) => (value === null || queries.length === 0 ? [] : [key])),
    );
    expect(known).toEqual([]);
  });

  test('has no gate that held and no check that was passed', () => {
    expect(
      results.flatMap(({ gates }) => gates.flatMap(({ id, failed }) => (failed === null ? [] : [id]))),
    ).toEqual([]);
    expect(results.flatMap(({ checks }) => checks.map(({ outcome }) => outcome.state))).not.toContain(
      'known',
    );
  });
});

test.each(QUERIES)('whatever was not read is not accused: %s', (id) => {
  for (const section of registry.sections) {
    const result = evaluate(section, { rows: away([id]) });
    // Without a row of anything else the bot is silent, which is a finding of its own.
    const silence = ['NA-01', 'MC-01', ...(id.startsWith('ingestion-') ? [] : ['OP-01'])];
    expect(result.findings.map(({ rule }) => rule).filter((rule) => !silence.includes(rule))).toEqual([]);
  }
});

describe('what could not be judged', () => {
  test('is named with its reason beside what was judged', () => {
    const result = evaluate(positionManagement, {
      rows: { positions: [position('a')] },
      lacks: ['position.last_evaluated_at'],
    });
    expect(saidOf(result)).toMatch(
      /^None of the \d conditions that could be judged was met\. Not judged: .*Position abandoned \(PM-04\): no such column in the mapping: position\.last_evaluated_at\./,
    );
  });

  test('is not counted where its source is declared none', () => {
    const none = missing('not_applicable', 'this bot declares no database');
    const result = evaluate(pnl, {
      rows: Object.fromEntries(QUERIES.map((id) => [id, none])),
      bot: { sources: { ...BOT.sources, database: 'none' } },
    });
    expect(result.rules).toEqual({
      judged: 0,
      unjudged: [],
      outOfScope: ['PN-01', 'PN-02', 'PN-03', 'PN-04'],
    });
  });
});

describe('a reason is true', () => {
  test('of fills that do not say whether they made or took', () => {
    const rows = { positions: [position('a')], fills: [fill('a', 'long', at('01:00'), { is_maker: null })] };
    expect(figureOf(evaluate(pnl, { rows }), 'maker_share')).toMatchObject({
      value: null,
      detail: 'none of the 1 fills of the window says whether it made or took',
    });
  });

  test('of hours that snapshots did not see, of a bot without a database', () => {
    const none = missing('not_applicable', 'this bot declares no database');
    const rows = Object.fromEntries(QUERIES.map((id) => [id, none]));
    const result = evaluate(hourlyTimeline, {
      rows: { ...rows, snapshots: snapshots().filter(({ at: time }) => String(time) < at('03:00')) },
    });
    expect(figureOf(result, 'timeline_opened')).toMatchObject({
      value: null,
      detail: 'no snapshot of this time counts them',
    });
    expect(findingsOf(result, 'TL-01')).toEqual([]);
  });
});
