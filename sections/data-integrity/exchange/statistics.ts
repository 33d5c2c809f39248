import type { Block } from '../../../audit/block.ts';
import { formatReason } from '../../../audit/format.ts';
import type { Output } from '../../../audit/section.ts';
import { fig, text } from '../../../audit/text.ts';
import { missing } from '../../../audit/value.ts';
import { byExchange, lines, shown, type Line, type Lines } from '../../shared/vocabulary/lines.ts';
import { check, counted, gate, score, unrecorded } from '../../shared/vocabulary/check.ts';
import { col, table, tableBlock } from '../../shared/vocabulary/table.ts';
import { capitalised } from '../../shared/vocabulary/words.ts';
import type { Facts } from '../facts.ts';
import type { Input } from '../input.ts';
import { allFound, foundAt, isMissing, type AgainstExchange } from './facts.ts';
import { isOff, type Match, type MatchKind } from './position-match.ts';

/** Where numbers against the exchange come from. */
export const FROM = {
  basis: 'exchange state and bot-reported rows',
  queries: [
    'exchange-states',
    'exchange-positions',
    'exchange-orders',
    'exchange-fills',
    'positions',
    'orders',
    'fills',
  ],
};

const KINDS: Readonly<Record<MatchKind, string>> = {
  matched: 'Matches',
  phantom: 'Phantom',
  untracked: 'Untracked',
  side: 'Other side',
  quantity: 'Other quantity',
  details: 'Other details',
  moving: 'Being traded',
  unclear: 'Not comparable',
};

/** DI1 to DI5 by exchange and in total. */
export function exchangeStatistics({ exchange, venues }: Facts, input: Input): Lines {
  const count =
    <T>(found: Parameters<typeof foundAt<T>>[0], of: (one: T) => boolean) =>
    (venue: string | null) => {
      const list = foundAt(found, venue);
      return isMissing(list) ? list : list.filter(of).length;
    };
  const positions = (
    id: string,
    name: string,
    title: string,
    formula: string,
    kinds: readonly MatchKind[],
  ): Line => ({
    ...shown(id, 'count', name, title),
    formula,
    of: count(exchange.positions, ({ kind }) => kinds.includes(kind)),
  });
  return lines<string | null>({
    columns: byExchange(venues),
    ...FROM,
    currency: input.bot.quoteCurrency,
    unseen: exchange.why,
    lines: [
      positions(
        'DI1',
        'exchange_matched',
        'Positions that match',
        'open on both sides, side, quantity, entry and leverage alike',
        ['matched'],
      ),
      positions(
        'DI1',
        'exchange_phantom',
        'Phantom positions',
        'open in the bot’s rows, flat at the exchange',
        ['phantom'],
      ),
      positions(
        'DI2',
        'exchange_untracked',
        'Untracked positions',
        'open at the exchange, none in the bot’s rows',
        ['untracked'],
      ),
      positions(
        'DI3',
        'exchange_mismatched',
        'Position state mismatches',
        'open on both sides, and side, quantity, entry price, leverage or margin mode differ',
        ['side', 'quantity', 'details'],
      ),
      positions(
        'DI3',
        'exchange_unjudged',
        'Positions not judged',
        'traded within seconds of the moment, or without a usable size',
        ['moving', 'unclear'],
      ),
      shown('DI4', 'count', 'exchange_order_orphans', 'Order orphans', {
        formula: 'open at the exchange and in no row, or open in the rows and not at the exchange',
        of: count(exchange.orders, () => true),
      }),
      shown('ZO1', 'count', 'exchange_foreign_orders', 'Orders of an unknown owner', {
        formula: 'open at the exchange, in no row, and their client id without the bot’s prefix',
        of: (venue) => foreignOrders(exchange, venue),
      }),
      shown('DI5', 'count', 'exchange_fill_orphans', 'Fills that one side lacks', {
        formula:
          'fills of the window at the exchange without a row, and rows between its first and last fill that it does not have',
        of: count(exchange.fills, () => true),
      }),
      shown('DI6', 'count', 'exchange_balance_differences', 'Balances that differ', {
        formula: 'accounts and currencies whose balance at that moment is not the exchange’s',
        of: (venue) => judgedBalances(exchange, venue),
      }),
      shown('PN12', 'count', 'exchange_funding_differences', 'Funding that differs', {
        formula: 'payments of the window that one side lacks, or of another size',
        of: count(exchange.funding, () => true),
      }),
      shown('DI6', 'count', 'exchange_transfer_differences', 'Transfers that differ', {
        formula: 'transfers of the window that one side lacks, or of another size',
        of: count(exchange.transfers, () => true),
      }),
    ],
  });
}

function foreignOrders({ orders }: AgainstExchange, venue: string | null) {
  const list = foundAt(orders, venue);
  if (isMissing(list)) return list;
  return list.some(({ kind, isOurs }) => kind === 'unknown' && isOurs === null)
    ? missing('no_data', 'the policy does not say how the client ids of the bot begin')
    : list.filter(({ isOurs }) => isOurs === false).length;
}

/** 0 only where all were compared. */
function judgedBalances({ balances }: AgainstExchange, venue: string | null) {
  const list = foundAt(balances, venue);
  if (isMissing(list)) return list;
  const differ = list.filter(({ kind }) => kind === 'differs').length;
  const unclear = list.find(({ kind }) => kind === 'unclear');
  return differ > 0 || unclear === undefined
    ? differ
    : missing(
        'inadequate_basis',
        `what ${unclear.venue} has of ${unclear.currency} at the moment of the bot’s row is not known`,
      );
}

export function defineMatches({ exchange }: Facts, out: Output): void {
  const matches = allFound(exchange.positions).filter(({ kind }) => kind !== 'matched');
  const head = {
    id: 'data-integrity.positions',
    title: 'Positions that differ from the exchange',
    queries: FROM.queries,
  };
  out.dataset(matchTable.of(head, matches));
}

export const matchTable = table<Match>({
  exchange: col.text('Exchange', ({ venue }) => capitalised(venue)),
  symbol: col.text('Symbol', ({ symbol }) => symbol),
  what: col.text('What', ({ kind }) => KINDS[kind]),
  side: col.text('Side', ({ side }) => side),
  held: col.quantity('Bot', ({ held }) => held),
  there: col.quantity('Exchange', ({ there }) => there),
  differs: col.text('Differs', ({ differs }) => differs.join('; ')),
  stop: col.text('Stop at the exchange', ({ hasStop }) =>
    hasStop === null ? 'unknown' : hasStop ? 'yes' : 'no',
  ),
  position: col.text('Position', ({ ids }) => ids.join(', ')),
});

/** One line where the exchange was not asked; else the match, list by list. */
export function exchangeBlocks(facts: Facts, input: Input, out: Output): readonly Block[] {
  const { why } = facts.exchange;
  if (why !== null) {
    const isNone = input.bot.sources.exchange === 'none';
    const reason = isNone ? 'this bot declares no exchange state' : formatReason(why.reason, why.detail);
    const text = `The exchange was not asked (${reason}): phantom and untracked positions, order orphans and fills that only one side has are unknown, and what this report says of open positions and orders is bot-reported.`;
    return [{ type: 'note', tone: isNone ? 'neutral' : 'warning', text: [text] }];
  }
  const isAny = allFound(facts.exchange.positions).some(({ kind }) => kind !== 'matched');
  return [
    exchangeStatistics(facts, input).block(out, { reasons: true }),
    ...(isAny ? [tableBlock('data-integrity.positions', 12, '')] : []),
  ];
}

/** Why the match says nothing of some exchange; null when all positions were compared. */
function unmatched({ exchange }: { readonly exchange: AgainstExchange }) {
  const found = foundAt(exchange.positions, null);
  if (exchange.why !== null) return exchange.why;
  if (isMissing(found)) return found;
  const unclear = found.find(({ kind }) => kind === 'unclear');
  return unclear === undefined
    ? null
    : {
        value: null,
        reason: 'inadequate_basis' as const,
        detail: `what is held of ${unclear.symbol} is not known`,
      };
}

const wrong = ({ exchange }: Facts): number => allFound(exchange.positions).filter(isOff).length;

/** 0 with a position that only one side has, or of another side or size; half where details differ. */
export const matchCheck = check<Facts, Input>({
  id: 'DI1',
  title: 'Positions as the exchange has them',
  dimension: 'integrity',
  weight: 10,
  source: 'exchange',
  rung: 'venue',
  judge(facts, _input, out) {
    const why = unmatched(facts);
    if (why !== null && wrong(facts) === 0) return why;
    const differ = allFound(facts.exchange.positions).some(({ kind }) => kind === 'details');
    return score(
      wrong(facts) > 0 ? 0 : differ ? 0.5 : 1,
      text`${counted(out, 'exchange_matched', 'position matches', 'positions match')}, ${counted(out, 'exchange_phantom', 'is', 'are')} phantom, ${fig('exchange_untracked')} untracked and ${fig('exchange_mismatched')} differ.`,
      allFound(facts.exchange.positions).length === 0,
    );
  },
});

/** 0 with an open order that only one side has. */
export const orderCheck = check<Facts, Input>({
  id: 'DI4',
  title: 'Open orders as the exchange has them',
  dimension: 'integrity',
  weight: 7.5,
  source: 'exchange',
  rung: 'venue',
  judge({ exchange }, _input, out) {
    const found = foundAt(exchange.orders, null);
    const isAny = allFound(exchange.orders).length > 0;
    if (!isAny && exchange.why !== null) return exchange.why;
    if (!isAny && isMissing(found)) return found;
    return score(
      isAny ? 0 : 1,
      text`${counted(out, 'exchange_order_orphans', 'open order is', 'open orders are')} on one side alone.`,
    );
  },
});

/** 0 with a fill that no row has, half with one that only rows have. An exchange may be left unasked where none is required. */
export const fillCheck = check<Facts, Input>({
  id: 'DI5',
  title: 'Fills as the exchange has them',
  dimension: 'integrity',
  weight: 10,
  source: 'exchange',
  rung: 'venue',
  judge({ exchange }, { bot }, out) {
    const orphans = allFound(exchange.fills);
    const found = foundAt(exchange.fills, null);
    if (orphans.length === 0 && exchange.why !== null) return exchange.why;
    if (orphans.length === 0 && isMissing(found))
      return bot.sources.exchange === 'required' ? found : unrecorded(found);
    return score(
      orphans.some(({ kind }) => kind === 'not-stored') ? 0 : orphans.length > 0 ? 0.5 : 1,
      text`${counted(out, 'exchange_fill_orphans', 'fill is', 'fills are')} on one side alone.`,
    );
  },
});

/** Gate (b) by the exchange itself: what is open at the end is what the bot's rows have open. */
export const exchangeGate = gate<Facts, Input>({
  id: 'b-exchange',
  source: 'exchange',
  title: 'Positions at the end differ from the exchange',
  asks: 'the exchange has the same positions',
  rule: 'DI-01',
  judge(facts, _input, out) {
    const why = unmatched(facts);
    const failed = wrong(facts) > 0;
    if (why !== null && !failed) return why;
    return {
      failed,
      text: failed
        ? text`${counted(out, 'exchange_phantom', 'position is', 'positions are')} phantom, ${fig('exchange_untracked')} untracked, ${fig('exchange_mismatched')} differ.`
        : text`${counted(out, 'exchange_matched', 'position is as the exchange has it', 'positions are as the exchange has them')}.`,
    };
  },
});
