import { text } from '../../audit/text.ts';
import { ms } from '../../audit/time.ts';
import { during } from '../shared/vocabulary/finding-query.ts';
import { num } from '../shared/vocabulary/number.ts';
import { hypothesis, rule, wholeBot } from '../shared/vocabulary/rule.ts';
import { col, table } from '../shared/vocabulary/table.ts';
import { rowsOf } from '../shared/vocabulary/unseen.ts';
import { names, noun } from '../shared/vocabulary/words.ts';
import type { Facts } from './facts.ts';
import { asked, type Input } from './input.ts';
import type { FilterCacheRow } from './queries.ts';

const oldest = (found: readonly FilterCacheRow[]): number => Math.max(...found.map(({ age_s: age }) => age));

/** Orders that the market's filters refused; null where that cannot be told. */
const refusedOf = ({ rows }: Input): number | null =>
  rows.filterRejects.ok ? rowsOf(rows.filterRejects).reduce((all, { orders }) => all + orders, 0) : null;

/** The filters of a market (price and quantity steps, smallest sizes) are older than the bot should trust. */
export const staleFilters = rule<Facts, Input>()({
  id: 'HC-03',
  title: 'Stale exchange filters',
  dimension: 'performance',
  condition: ({ filtersMaxAgeS, filtersSevereH }) =>
    `the exchange's filters that the bot keeps were older than ${String(filtersMaxAgeS)} s: LOW; HIGH over ${String(filtersSevereH)} h while orders were refused for them`,
  effort: 'low',
  find: ({ staleFilters: found }) => wholeBot(found),
  unseen: ({ filtersUnseen }) => filtersUnseen,
  from: { basis: 'states', queries: asked('filterCaches') },
  numbers: ({ found, input, policy }) => ({
    filters_oldest: num.s('Oldest filters', oldest(found), 'largest age_s of states of kind filter_cache'),
    filters_limit: policy('filtersMaxAgeS', 'Age up to which filters are trusted'),
    filters_refused: refusedOf(input)
      ? num.count('Orders refused for filters', refusedOf(input) ?? 0, {
          formula: 'orders created in the window with reject class filter',
        })
      : null,
  }),
  severity: ({ found, input }) =>
    oldest(found) > input.settings.filtersSevereH * 3_600 && (refusedOf(input) ?? 0) > 0 ? 'HIGH' : 'LOW',
  causes: ({ found, input }) => [
    hypothesis('not-renewed', 'Nothing renews them.', [
      'they were last read before the window',
      found.every(({ at, age_s: age }) => ms(at) - age * 1_000 < ms(input.window.from)),
    ]),
    hypothesis('renewed-late', 'They are renewed, and too seldom.', [
      'they were read in the window',
      found.some(({ at, age_s: age }) => ms(at) - age * 1_000 >= ms(input.window.from)),
    ]),
  ],
  otherwise: 'When they are renewed is not recorded.',
  occurrence: ({ name, at, age_s: age }, { input }) => ({
    subject: name,
    at: Math.max(ms(at) - (age - input.settings.filtersMaxAgeS) * 1_000, ms(input.window.from)),
    until: at,
  }),
  evidence: {
    id: 'configuration.filters',
    title: 'Exchange filters that were too old',
    table: table<FilterCacheRow>({
      name: col.text('State', ({ name }) => name),
      at: col.time('Oldest at', ({ at }) => ms(at)),
      age: col.s('Age (s)', ({ age_s: age }) => age),
      rows: col.count('Times written', ({ rows }) => rows),
    }),
  },
  see: ({ input }) =>
    `select at, name, value, age_s from state where ${during(input, 'at')} and kind = 'filter_cache' order by age_s desc, at limit 40`,
  words: (n, { found, input }) => ({
    title: text`Filters of the exchange up to ${n.filters_oldest} old`,
    description: text`${names(found.map(({ name }) => name))}: the filters of the markets were up to ${n.filters_oldest} old; ${n.filters_limit} is the limit.${n.filters_refused === '' ? '' : text` ${n.filters_refused} ${noun(refusedOf(input) ?? 0, 'order was', 'orders were')} refused for filters in the window.`}`,
    financial: 'None by this alone: an order that is refused for it stands in section 1.',
    operational: 'The bot rounds prices and quantities by rules that the exchange may have changed.',
    risk: 'A changed step or smallest size makes every order of the market fail until they are read again.',
    detection: 'No alert is known to watch the age of the filters.',
    recommendation: text`Read the filters again every ${n.filters_limit}, and at once after an order is refused for them.`,
    verification: text`No filters older than ${n.filters_limit} in the next window.`,
  }),
});
