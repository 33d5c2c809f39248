import { money, sum, type Money } from '../../audit/decimal.ts';
import type { Output } from '../../audit/section.ts';
import { fig, text } from '../../audit/text.ts';
import { iso, ms } from '../../audit/time.ts';
import { missing, type Missing } from '../../audit/value.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import { fillsQuery, fundingQuery, laterFillsQuery, transfersQuery } from '../shared/queries/trading.ts';
import { byExchange, lines, shown, unshown, WHOLE_BOT, type Line } from '../shared/vocabulary/lines.ts';
import { col, detail, table } from '../shared/vocabulary/table.ts';
import { capitalised } from '../shared/vocabulary/words.ts';
import type { Facts, Input } from './facts.ts';
import { balanceEdgesQuery, balanceSeriesQuery } from './queries.ts';
import { NONE_IN_SPOT } from '../shared/facts/spot-positions.ts';
import { accountOf } from './cash-flows.ts';
import { flowUnseen } from './unread-flows.ts';
import { isAtEdge, isOff, type Wallet } from './wallet-identity.ts';

const SOURCE = {
  basis: 'balances against fills, funding and transfers',
  queries: [balanceEdgesQuery.id, fillsQuery.id, fundingQuery.id, transfersQuery.id],
};

/** The wallet identity of each exchange and currency, where one is known, and what stands for all. */
export const walletStatistics = ({ wallets }: Facts, input: Input) => [
  ...(wallets.ok ? [identityOf(wallets.list, input)] : []),
  balanceStatistics(wallets, input),
];

function identityOf(wallets: readonly Wallet[], input: Input) {
  const between = ({ from, to }: Wallet): string => `between ${iso(from)} and ${iso(to)}`;
  // An edge that is not known has no balance, and what was not seen to the end has no residual.
  const unlessGap = <T>({ gap }: Wallet, value: T) => (gap === null ? value : missing('no_data', gap));
  const atEdge = (wallet: Wallet, edge: 'from' | 'to', balance: Money) =>
    isAtEdge(edge, wallet[edge], input) ? balance : unlessGap(wallet, balance);
  const percent = ({ residualPercent }: Wallet) =>
    residualPercent === null ? missing('not_applicable', 'equity is not positive') : 100 * residualPercent;
  const isSpot = ({ venue }: Wallet): boolean => accountOf(venue, input.bot)?.type === 'spot';
  const ofSpot = wallets.some(isSpot) ? '; of a spot account what was bought and sold' : '';
  type Rest = Pick<Line<Wallet>, 'formula' | 'of'> & Partial<Line<Wallet>>;
  const line = (name: string, title: string, note: string, rest: Rest): Line<Wallet> =>
    shown('PN10', 'money', `wallet_${name}`, title, { note, ...rest });
  return lines({
    ...SOURCE,
    columns: wallets.map((wallet) => ({
      is: wallet,
      title: walletName(wallet, wallets),
      labels: { exchange: wallet.venue, currency: wallet.currency },
      currency: wallet.currency,
    })),
    currency: input.bot.quoteCurrency,
    lines: [
      line('start', 'Wallet at the start', 'balance', {
        formula: ({ from }) => `balance at ${iso(from)}`,
        of: (wallet) => atEdge(wallet, 'from', wallet.start),
      }),
      line('gross', 'Realised gross', `fills, partly closed positions too${ofSpot}`, {
        formula: (wallet) => `gross of every reducing fill ${between(wallet)}, average cost${ofSpot}`,
        of: ({ flows }) => flows.gross,
      }),
      line('fees', 'Fees', 'fills, open positions too', {
        formula: (wallet) => `fees of every fill ${between(wallet)}, cost negative`,
        of: ({ flows }) => flows.fee,
        row: 'Fees, as a cost',
      }),
      line('funding', 'Funding', 'funding payments', {
        formula: (wallet) => `funding ${between(wallet)}, received positive`,
        of: (wallet) => {
          const unseen = flowUnseen(input.rows.funding);
          if (unseen === null) return wallet.flows.funding;
          return isSpot(wallet) ? NONE_IN_SPOT : unseen;
        },
      }),
      line('transfers', 'Transfers', 'transfers', {
        formula: (wallet) => `transfers ${between(wallet)}, in positive`,
        of: ({ flows }) => flowUnseen(input.rows.transfers) ?? flows.transfer,
      }),
      line('end', 'Wallet at the end', 'balance', {
        formula: ({ to }) => `balance at ${iso(to)}`,
        of: (wallet) => atEdge(wallet, 'to', wallet.end),
      }),
      line('residual', 'Residual', 'end - start - all of the above', {
        formula: 'end - start - gross + fees - funding - transfers',
        of: (wallet) => unlessGap(wallet, wallet.residual),
      }),
      line('residual_bps', 'Residual of equity', 'equity at the start', {
        formula: '10,000 x |residual| / equity at the start',
        of: (wallet) => unlessGap(wallet, percent(wallet)),
        unit: 'bps',
      }),
    ],
  });
}

/** Cells say the currency: the heading only where an exchange has several. */
function walletName({ venue, currency }: Wallet, all: readonly Wallet[]): string {
  const isOnly = all.filter((one) => one.venue === venue).length === 1;
  return isOnly ? capitalised(venue) : `${capitalised(venue)} ${currency}`;
}

const balanceStatistics = (wallets: Facts['wallets'], input: Input) =>
  lines({
    ...SOURCE,
    columns: WHOLE_BOT,
    currency: input.bot.quoteCurrency,
    lines: [
      shown('PN10', 'money', 'wallet_residual_worst', 'Largest wallet residual', {
        formula:
          'largest |residual| of all exchanges and currencies; others than the quote at their price, else in their units',
        of: () => worst(wallets, input),
        when: () => (wallets.ok ? residualAt(wallets.list, input) : null),
        row: 'Largest residual',
      }),
      shown('PN9', 'money', 'unrealised_change', 'Unrealised change', {
        basis: 'balances',
        queries: [balanceEdgesQuery.id],
        formula: 'unrealised PnL of the balances at the end - at the start',
        of: () => unrealisedChange(input),
      }),
    ],
  });

const walletTable = table<Wallet>({
  exchange: col.text('Exchange', ({ venue }) => venue),
  currency: detail(col.text('Currency', ({ currency }) => currency)),
  start: col.money('Start', ({ start }) => start),
  gross: col.money('Gross', ({ flows }) => flows.gross),
  fees: col.money('Fees', ({ flows }) => flows.fee),
  funding: col.money('Funding', ({ flows }) => flows.funding),
  transfers: col.money('Transfers', ({ flows }) => flows.transfer),
  end: col.money('End', ({ end }) => end),
  residual: col.money('Residual', ({ residual }) => residual),
  jump_from: detail(col.time('Residual appeared after', ({ jump }) => jump?.from ?? null)),
  jump_to: detail(col.time('and before', ({ jump }) => jump?.to ?? null)),
});

export function defineWallets({ wallets }: Facts, out: Output): void {
  const queries = [balanceEdgesQuery.id, balanceSeriesQuery.id, fillsQuery.id];
  const head = { id: 'pnl.wallets', title: 'Wallet identity', queries };
  out.dataset(walletTable.of(head, wallets.ok ? wallets.list : []));
}

/** Nothing missing in the wallets that were seen is no largest residual while another was not. */
function worst(wallets: Facts['wallets'], input: Input): Money | Missing {
  if (!wallets.ok) return wallets;
  const { list, unseen } = wallets;
  if (unseen.length > 0 && !list.some((wallet) => isOff(wallet, input)))
    return missing('no_data', unseen.join('; '));
  return list.map(sizeOf).reduce((most, value) => (value.greaterThan(most) ? value : most));
}

const sizeOf = ({ residual, value }: Wallet): Money => value ?? residual.abs();

/** The balance that first had the largest one; the last of its wallet where none can be told. */
function residualAt(list: readonly Wallet[], input: Input): number | null {
  const [most] = list
    .filter((wallet) => isOff(wallet, input))
    .sort((a, b) => sizeOf(b).comparedTo(sizeOf(a)));
  return most === undefined ? null : (most.jump?.to ?? most.to);
}

function unrealisedChange(input: Input): Money | Missing {
  const { edges } = input.rows;
  if (!edges.ok) return edges;
  if (!input.has('balance', 'unrealized_pnl')) return missing('missing_column', 'balance.unrealized_pnl');
  const quote = input.bot.quoteCurrency.toUpperCase();
  const own = edges.rows.filter(
    ({ edge, currency, at }) => currency.toUpperCase() === quote && isAtEdge(edge, ms(at), input),
  );
  const [from, to] = (['from', 'to'] as const).map((at) =>
    own.flatMap(({ edge, unrealized_pnl: pnl }) => (edge === at && pnl !== null ? [money(pnl)] : [])),
  );
  return !from?.length || from.length !== to?.length
    ? missing('no_data', 'no unrealised PnL near both edges')
    : sum(to).minus(sum(from));
}

/** Start + opened - closed - end by exchange, and the rows that contradict their own fills. */
export function identityStatistics(facts: Facts, { rows, bot }: Input) {
  const { identity, contradictions, source, venues } = facts;
  const alone = source.ok ? missing('single_source', source.why ?? 'position rows alone') : source;
  const unread = source.ok && source.rung === 'fills' && !rows.laterFills.ok ? rows.laterFills : alone;
  const term = (key: 'start' | 'opened' | 'closed' | 'end', formula: string) =>
    unshown(null, 'count', `positions_identity_${key}`, `Identity: ${key}`, {
      formula,
      of: (venue: string | null) => identity?.of(venue)[key] ?? 0,
    });
  const positionsAt =
    (of: readonly PositionFact[] = []) =>
    (venue: string | null): number =>
      new Set(of.filter((fact) => venue === null || fact.venue === venue)).size;
  const title = 'Positions whose row or exits contradict their fills';
  const ofContradictions = {
    queries: source.ok ? [...source.queries, laterFillsQuery.id] : [],
    unseen: contradictions === null ? unread : null,
  };
  return lines({
    columns: byExchange(venues),
    basis: 'fills against position rows',
    queries: source.ok ? source.queries : [],
    currency: bot.quoteCurrency,
    unseen: identity === null ? alone : null,
    lines: [
      shown('PM-ID', 'count', 'positions_identity', 'Identity: start + opened \u2212 closed \u2212 end', {
        formula:
          'open at the start (rows) + opened (fills) - closed (fills) - open at the end (rows); 0 when both sources agree',
        of: (venue: string | null) => identity?.of(venue).residual ?? 0,
        note: text`${fig('positions_identity_start')} + ${fig('positions_identity_opened')} \u2212 ${fig('positions_identity_closed')} \u2212 ${fig('positions_identity_end')}, fills against rows`,
      }),
      term('start', 'positions open by their rows'),
      term('opened', 'transitions that fills show'),
      term('closed', 'transitions that fills show'),
      term('end', 'positions open by their rows'),
      unshown('PM-ID', 'count', 'positions_compared', 'Positions whose row was compared with its fills', {
        ...ofContradictions,
        formula: 'positions with fills that were not traded on after the window or in its last 5 s',
        of: positionsAt(contradictions?.compared),
      }),
      shown('PM-ID', 'count', 'positions_contradicted', title, {
        ...ofContradictions,
        formula: 'quantity or entry price differ by more than the tolerance, or exits exceed what was held',
        of: positionsAt(contradictions?.found.map(({ fact }) => fact)),
        row: 'Rows that contradict their fills',
        note: text`quantity, entry price and exits of ${fig('positions_compared')} positions`,
      }),
    ],
  });
}
