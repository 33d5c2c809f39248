import { text } from '../../audit/text.ts';
import { hypothesis, rule } from '../shared/vocabulary/rule.ts';
import { num } from '../shared/vocabulary/number.ts';
import { col, table } from '../shared/vocabulary/table.ts';
import { capitalised, names, noun } from '../shared/vocabulary/words.ts';
import type { Facts, Input } from './facts.ts';
import { FOUND_BY_PREFLIGHT } from './preflight.ts';
import { missingSources } from './rule-missing-sources.ts';
import { exchangesOf, FROM_ROWS, withoutRows, type Exchange } from './silent-exchanges.ts';

export const otherExchanges = rule<Facts, Input>()({
  id: 'DQ-03',
  title: missingSources.title,
  condition: missingSources.condition,
  dimension: 'integrity',
  effort: 'low',
  // Without a foreign one the scope of the verdict names an exchange without rows.
  find(_facts, input) {
    const found = exchangesOf(input);
    if (found.every(({ isConfigured }) => isConfigured)) return [];
    return [{ venue: null, found, kind: 'exchanges', labels: { what: 'exchanges' } }];
  },
  from: FROM_ROWS,
  numbers: ({ found }) => ({
    exchanges: num.count('Exchanges that do not fit the configuration', found.length, {
      formula:
        'configured exchanges without any row of the window, and exchanges of positions, orders and fills that are not configured',
    }),
  }),
  severity: () => 'HIGH',
  causes: ({ found }) => [
    hypothesis('other-name', 'The rows name the exchange otherwise than the configuration does.', [
      'one exchange has no row, and rows are at another one that is not configured',
      found.some(({ isConfigured }) => isConfigured) && found.some(({ isConfigured }) => !isConfigured),
    ]),
    hypothesis('not-configured', 'The bot trades at an exchange that nobody told the audit of.', [
      'rows are at an exchange that is not configured',
      found.every(({ isConfigured }) => !isConfigured),
    ]),
  ],
  otherwise: 'The rows do not say why.',
  occurrence: ({ exchange }, { input: { window } }) => ({
    subject: exchange,
    at: window.from,
    until: window.to,
  }),
  evidence: {
    id: 'data-integrity.exchanges',
    title: 'Exchanges that do not fit the configuration',
    table: table<Exchange>({
      exchange: col.text('Exchange', ({ exchange }) => exchange),
      configured: col.text('Configured', ({ isConfigured }) => isConfigured),
      rows: col.count('Positions, orders and fills', ({ rows }) => rows),
    }),
  },
  see: () => 'select exchange, count(*), min(opened_at), max(opened_at)\nfrom position\ngroup by exchange;',
  words: (n, { found }) => {
    const listed = (isConfigured: boolean): string =>
      names(
        found.filter((one) => one.isConfigured === isConfigured).map(({ exchange }) => capitalised(exchange)),
      );
    const [empty, foreign] = [listed(true), listed(false)];
    return {
      title: text`${n.exchanges} ${noun(found.length, 'exchange does', 'exchanges do')} not fit the configuration`,
      description: [
        ...(empty === '' ? [] : [`${withoutRows(empty)} `]),
        ...(foreign === '' ? [] : [`${foreign}: not configured, and positions, orders or fills are there.`]),
      ],
      financial: 'Not known: what lies at an exchange that is not read is in no number.',
      operational: 'This verdict says nothing of an exchange without rows.',
      risk: 'A position may be open where nobody looks.',
      detection: FOUND_BY_PREFLIGHT,
      recommendation:
        'Name in the configuration the exchanges at which the bot trades, as its rows name them, and repair what should have written rows.',
      verification: 'Every configured exchange has rows in the next window, and no other one has.',
    };
  },
});
