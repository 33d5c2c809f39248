import { text } from '../../../audit/text.ts';
import { during } from '../../shared/vocabulary/finding-query.ts';
import { num } from '../../shared/vocabulary/number.ts';
import { groupsByVenue, hypothesis, rule } from '../../shared/vocabulary/rule.ts';
import { col, table } from '../../shared/vocabulary/table.ts';
import { names, noun } from '../../shared/vocabulary/words.ts';
import type { Facts } from '../facts.ts';
import type { Input } from '../input.ts';
import { allFound } from './facts.ts';
import type { PaymentDifference, PaymentKind } from './payment-match.ts';

const WHAT = { 'not-stored': 'at the exchange alone', 'not-there': 'in the rows alone', amount: 'size' };
/** Payments of funding and transfers that are not the same on both sides, one finding per exchange and kind. */
export const paymentsDiffer = rule<Facts, Input>()({
  id: 'DI-10',
  title: 'Payments differ from the exchange',
  dimension: 'integrity',
  condition:
    'a transfer of the window that the exchange has and no row HIGH; funding, another size, or one that only the rows have MEDIUM',
  effort: 'medium',
  unseen: ({ exchange }) => exchange.why,
  find: ({ exchange }) =>
    groupsByVenue(
      [...allFound(exchange.funding), ...allFound(exchange.transfers)],
      ({ venue }) => venue,
      ({ kind }) => ({ kind }),
    ),
  from: {
    basis: 'exchange state and payments of the bot',
    queries: ['exchange-states', 'exchange-payments', 'funding', 'edge-funding', 'transfers'],
  },
  numbers: ({ found }) => ({
    payments: num.count('Payments that differ', found.length, 'by name, within a minute, and by size'),
    payments_not_stored: num.count(
      'Of these not stored',
      found.filter(({ what }) => what === 'not-stored').length,
      'at the exchange alone',
    ),
  }),
  severity: ({ found }) =>
    found.some(({ kind, what }) => kind === 'transfer' && what === 'not-stored') ? 'HIGH' : 'MEDIUM',
  causes: ({ found }) => [
    hypothesis(
      'not-read',
      'The bot did not read these payments.',
      ['all of them are at the exchange alone', found.every(({ what }) => what === 'not-stored')],
      ['the request that should have brought them failed', null],
    ),
  ],
  otherwise: 'Which request should have brought them is not recorded.',
  occurrence: ({ name, at }) => ({ subject: name, at }),
  evidence: {
    id: 'data-integrity.payment-differences',
    suffix: ({ found }) => kindOf(found),
    title: 'Payments that differ from the exchange',
    table: table<PaymentDifference>({
      name: col.text('Symbol or currency', ({ name }) => name),
      what: col.text('Differs', ({ what }) => WHAT[what]),
      held: col.quantity('Bot', ({ held }) => held),
      there: col.quantity('Exchange', ({ there }) => there),
      at: col.time('Time', ({ at }) => at),
    }),
  },
  // One row, where the bot stored none of them too.
  see: ({ found, input, venue }) =>
    `select count(*) as stored, sum(amount) as amount, min(at) as first, max(at) as last\nfrom ${kindOf(found)}\nwhere ${during(input, 'at', venue)};`,
  words: (n, { found, place }) => {
    const kind = kindOf(found);
    const what =
      kind === 'funding'
        ? noun(found.length, 'payment of funding', 'payments of funding')
        : noun(found.length, 'transfer');
    return {
      title: text`${n.payments} ${what} on ${place} ${noun(found.length, 'differs', 'differ')} from the exchange`,
      description: text`${names(found.map(({ name }) => name))}: ${n.payments} ${what} ${noun(found.length, 'is', 'are')} not the same on both sides, ${n.payments_not_stored} of them not stored by the bot; none may be.`,
      financial: 'Results and the wallet leave these payments out, or count them in another size.',
      operational: 'What the bot adds up does not come to what is in the account.',
      risk:
        kind === 'funding'
          ? 'Positions cost more, or less, than their strategy knows.'
          : 'Somebody moves this account and the bot does not know it.',
      detection: 'No alert is known to have fired for a difference from the exchange.',
      recommendation: `Read ${kind === 'funding' ? 'the funding history' : 'the ledger'} of ${place} again with windows that overlap, and store each payment by its id.`,
      verification: 'Every payment of the next state is on both sides.',
    };
  },
});

/** A finding is of one kind. */
function kindOf([one]: readonly PaymentDifference[]): PaymentKind {
  return one?.kind ?? 'funding';
}
