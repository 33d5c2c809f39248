import { ms } from '../../audit/time.ts';
import { nearestExchangeStates, type ExchangeStateRow } from '../../store/exchange-states.ts';
import { asWritten, ranQuery } from '../query-run.ts';
import { unread, type Source, type SourceEvidence, type SourceQuestion } from '../source.ts';
import { storedState } from './document.ts';
import { balanceRows, fundingRow, isFundingKnown, isLedgerKnown, transferRow } from './money-rows.ts';
import { areStopsKnown, fillRow, orderRow, positionRow } from './normal-rows.ts';

/** How far from the window's end a state is read; the section says which is near enough. */
const WITHIN_S = 12 * 3_600;

/** What the exchanges themselves said near the end of the window, imported from files. */
const EXCHANGE = { name: 'exchange', entities: [] } as const;
export const exchange: Source = { ...EXCHANGE, collect };

async function collect(question: SourceQuestion): Promise<SourceEvidence> {
  const { request, queries } = question;
  const { window, bot, storePool } = request;
  if (bot.facts.sources.exchange === 'none')
    return unread(EXCHANGE, question, { status: 'none', error: 'this bot declares no exchange state' });
  const states = await nearestExchangeStates(storePool, bot.facts.name, { to: window.to, withinS: WITHIN_S });
  if (states.length === 0)
    return unread(EXCHANGE, question, {
      status: 'absent',
      error: `no exchange state of bot ${bot.facts.name} near the end of the window is in the store`,
    });
  const lists = listsOf(states, bot.facts.accounts);
  const newest = states.map(({ at }) => Math.min(ms(new Date(at).toISOString()), ms(window.to)));
  return {
    status: 'ok',
    dataAsOf: new Date(Math.max(...newest)).toISOString(),
    entities: [],
    ran: queries.map((query) => ranQuery(query, asWritten(query), lists[query.id] ?? [])),
    alive: false,
  };
}

type Accounts = SourceQuestion['request']['bot']['facts']['accounts'];

/** Rows by the id of the query that asks for them; a list that the document lacks has none, which its state says. */
function listsOf(
  states: readonly ExchangeStateRow[],
  accounts: Accounts,
): Readonly<Record<string, readonly object[]>> {
  const read = states.map(({ exchange: venue, account, at, document }) => {
    const said = storedState(document);
    const key = { exchange: venue, account };
    const orders = [
      ...(said.openOrders ?? []).flatMap((order) => orderRow(order, 'open')),
      ...(said.algoOrders ?? []).flatMap((order) => orderRow(order, 'algo')),
    ];
    const trades = said.trades ?? said.fills;
    const isContract = accounts?.[venue]?.type !== 'spot';
    return {
      state: {
        ...key,
        at: new Date(at).toISOString(),
        has_positions: said.positions !== undefined,
        has_orders: said.openOrders !== undefined,
        has_stops: areStopsKnown(venue, said, isContract),
        has_fills: trades !== undefined,
        has_balances: said.balances !== undefined,
        has_funding: isFundingKnown(said.funding),
        has_ledger: isLedgerKnown(said.ledger),
        is_spot: !isContract,
      },
      positions: (said.positions ?? []).flatMap(positionRow).map((row) => ({ ...key, ...row })),
      orders: [...new Map(orders.map((row) => [row.id, { ...key, ...row }])).values()],
      fills: (trades ?? []).flatMap(fillRow).map((row) => ({ ...key, ...row })),
      balances: balanceRows(said.balances ?? {}).map((row) => ({ ...key, ...row })),
      payments: [
        ...(said.funding ?? []).flatMap(fundingRow),
        ...(said.ledger ?? []).flatMap(transferRow),
      ].map((row) => ({ ...key, ...row })),
    };
  });
  return {
    'exchange-states': read.map(({ state }) => state),
    'exchange-positions': read.flatMap(({ positions }) => positions),
    'exchange-orders': read.flatMap(({ orders }) => orders),
    'exchange-fills': read.flatMap(({ fills }) => fills),
    'exchange-balances': read.flatMap(({ balances }) => balances),
    'exchange-payments': read.flatMap(({ payments }) => payments),
  };
}
