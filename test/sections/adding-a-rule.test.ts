import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { defineSection } from '../../audit/define-section.ts';
import type { Queries, SectionInput } from '../../audit/section.ts';
import { text } from '../../audit/text.ts';
import { positionsFact } from '../../sections/shared/facts/evidence-facts.ts';
import type { PositionFact } from '../../sections/shared/facts/position-facts.ts';
import { seeRows } from '../../sections/shared/vocabulary/finding-query.ts';
import { num } from '../../sections/shared/vocabulary/number.ts';
import { groupsByVenue, rule } from '../../sections/shared/vocabulary/rule.ts';
import { col, table } from '../../sections/shared/vocabulary/table.ts';
import { names, noun } from '../../sections/shared/vocabulary/words.ts';
import { expectCodeOf } from '../support/page-code.ts';
import { at, evaluate, valueOf } from './support.ts';

const settings = z.object({ mostNotional: z.number().default(1000) });
const uses = { positions: positionsFact };
type Input = SectionInput<Queries, z.output<typeof settings>, typeof uses>;
interface Facts {
  readonly positions: readonly PositionFact[];
}

const largePosition = rule<Facts, Input>()({
  id: 'LP-01',
  title: 'Large position',
  dimension: 'risk',
  condition: ({ mostNotional }) => `a position above ${String(mostNotional)} of the quote currency`,
  effort: 'low',
  find: ({ positions }, { settings: { mostNotional } }) =>
    groupsByVenue(
      positions.filter(({ notional }) => notional.greaterThan(mostNotional)),
      ({ venue }) => venue,
    ),
  from: { basis: 'positions', queries: ['positions'] },
  numbers: ({ found, policy }) => ({
    large: num.count('Large positions', found.length, 'positions with notional above the limit'),
    limit: policy('mostNotional', 'Largest notional allowed'),
  }),
  severity: () => 'MEDIUM',
  causes: () => [],
  otherwise: 'Why they were opened so large is not recorded.',
  occurrence: ({ symbol, openedAt }) => ({ subject: symbol, at: openedAt }),
  evidence: {
    id: 'large-positions.large',
    title: 'Large positions',
    table: table<PositionFact>({
      position: col.text('Position', ({ id }) => id),
      notional: col.cash('Notional', ({ notional }) => notional),
    }),
  },
  see: ({ found }) =>
    seeRows(
      'position',
      'id, quantity, entry_price',
      'id',
      found.map(({ id }) => id),
      'id',
    ),
  words: (n, { found, place }) => ({
    title: text`${n.large} large ${noun(found.length, 'position')} on ${place}`,
    description: text`${names(found.map(({ symbol }) => symbol))}: above the limit of ${n.limit}.`,
    financial: 'A move of one per cent costs more than planned.',
    operational: 'None.',
    risk: 'One position can pass the daily limit alone.',
    detection: 'No alert is known to have fired.',
    recommendation: 'Check the size before every entry.',
    verification: text`No position above ${n.limit} in the next window.`,
  }),
});

const section = defineSection({
  id: 'large-positions',
  number: null,
  title: 'Large positions',
  settings,
  queries: {},
  uses,
  facts: ({ shared }: Input): Facts => ({
    positions: shared.positions.ok ? shared.positions.positions : [],
  }),
  figures: () => undefined,
  checks: [],
  rules: [largePosition],
  parts: () => [],
});

const position = (id: string, price: string) => ({
  id,
  symbol: 'BTCUSDT',
  exchange: 'binance',
  side: 'long',
  status: 'open',
  quantity: '1',
  entry_price: price,
  opened_at: at('01:00'),
});
const rows = { positions: [position('A', '900'), position('B', '1100'), position('C', '2000')] };

test('the page has the code of this test', () => expectCodeOf('adding-a-rule.md', import.meta.filename));

describe('a rule that is only what it alone can say', () => {
  test('makes a whole finding: figures, evidence, occurrences, statement', () => {
    const result = evaluate(section, { rows });
    expect(result.findings).toMatchObject([
      { id: 'LP-01/binance/unknown', severity: 'MEDIUM', evidence: 'large-positions.large.binance' },
    ]);
    expect(valueOf(result, 'large', { exchange: 'binance', rule: 'LP-01' })).toBe(2);
    expect(result.datasets[0]?.rows).toEqual([
      ['B', '1100'],
      ['C', '2000'],
    ]);
    expect(result.findings[0]?.see.text).toContain("where id in ('B', 'C')");
  });

  test('judges and prints the settings in force', () => {
    const strict = { rows, settings: { mostNotional: 1500 } };
    const result = evaluate(section, strict);
    expect(valueOf(result, 'limit', { exchange: 'binance', rule: 'LP-01' })).toBe(1500);
    expect(valueOf(result, 'large', { exchange: 'binance', rule: 'LP-01' })).toBe(1);
    expect(section.rules[0]?.condition()).toBe('a position above 1000 of the quote currency');
    expect(section.rules[0]?.condition({ [section.id]: strict.settings })).toBe(
      'a position above 1500 of the quote currency',
    );
  });
});
