import { amount, money } from '../../../audit/decimal.ts';
import { ownColumn } from '../../../audit/own-statement.ts';
import { isKnown, known, missing, type Missing, type Value } from '../../../audit/value.ts';
import type { FillRow, FundingRow, PositionRow } from '../queries/trading-rows.ts';
import type { Rows } from '../../../audit/section.ts';
import { allocateFunding } from './allocate-funding.ts';
import type { FeeSign } from './fee-signs.ts';
import { feesOf, type Rates } from './fees.ts';
import { resultOf } from './instruments.ts';
import type { PositionFact, PositionInput } from './position-facts.ts';
import { decimalOrNull, groupBy, positiveOrNull } from './row-values.ts';

type PositionMoney = Pick<PositionFact, 'gross' | 'fees' | 'funding' | 'net'>;
export type UnpaidFact = Omit<PositionFact, keyof PositionMoney>;

/** A position with what its money is computed from. */
export interface Unpaid {
  readonly fact: UnpaidFact;
  readonly fills: readonly FillRow[];
}

const OPEN = missing('not_applicable', 'the position is open');

/** The money of each position; of open ones there is none yet. */
export function positionMoney(
  positions: readonly Unpaid[],
  funding: Rows<FundingRow>,
  rates: Rates,
  feeSigns: readonly FeeSign[],
  input: PositionInput,
): (position: Unpaid) => PositionMoney {
  const paid = funding.ok
    ? allocateFunding(
        positions.map(({ fact }) => fact),
        funding.rows,
      )
    : null;
  const feesOfRow = rowFees(positions, feeSigns, input);
  const storedMeansNothing = allStoredZero(
    positions.map(({ fact }) => fact),
    input,
  );
  return ({ fact, fills }) => {
    const { closedAt, ledger } = fact;
    if (closedAt === null) return { gross: OPEN, fees: OPEN, funding: OPEN, net: OPEN };
    const byFills = ledger?.flatAt != null && fact.closedBy === 'fills';
    const noResult = unsettled(fact, input);
    const gross = noResult ?? (byFills ? known(amount(ledger.gross)) : grossOfRow(fact, input));
    const fees = byFills && input.has('fill', 'fee') ? feesOf(fills, rates) : feesOfRow(fact);
    // A funding relation without a row may be one that nobody writes: what the position row says then counts.
    const ownWord = funding.ok && funding.rows.length === 0 && decimalOrNull(fact.row.funding) !== null;
    // No funding is paid for an asset that is owned.
    const ofSource = fact.contract.kind === 'spot' && !funding.ok ? known('0') : undefined;
    const received =
      (ownWord ? undefined : paid?.get(fact.id)) ?? ofSource ?? stored(fact.row, 'funding', input, funding);
    const net = netOf(gross, fees, received);
    return {
      gross,
      fees,
      funding: received,
      net:
        isKnown(net) || byFills || noResult !== null ? net : storedNet(fact, net, storedMeansNothing, input),
    };
  };
}

/** Why a result cannot be computed in quote currency, or null when it can. */
function unsettled(
  { unsized, contract: { settles }, symbol }: UnpaidFact,
  { bot }: PositionInput,
): Missing | null {
  if (unsized !== null) return unsized;
  const quote = bot.quoteCurrency.toUpperCase();
  if (settles === null || settles === quote || bot.atPar?.includes(settles) === true) return null;
  return missing('inadequate_basis', `${symbol} settles in ${settles}, and results are in ${quote}`);
}

/** gross - fees + funding, or the first reason why one of them is missing. */
export function netOf(gross: Value<string>, fees: Value<string>, funding: Value<string>): Value<string> {
  if (!isKnown(gross)) return gross;
  if (!isKnown(fees)) return fees;
  if (!isKnown(funding)) return funding;
  return known(amount(money(gross.value).minus(fees.value).plus(funding.value)));
}

/**
 * Fees of the bot's own rows. They have the sign that its fills have; where no fill tells it and every fee of an exchange
 * is negative, they are costs or rebates, and nobody says which.
 */
function rowFees(
  positions: readonly Unpaid[],
  feeSigns: readonly FeeSign[],
  input: PositionInput,
): (fact: UnpaidFact) => Value<string> {
  const turned = new Set(feeSigns.map(({ venue }) => venue));
  const paid = positions
    .map(({ fact }) => fact)
    .filter(({ row }) => decimalOrNull(row.fees)?.isZero() === false);
  const gains = new Map(
    [...groupBy(paid, ({ venue }) => venue)]
      .filter(([, own]) => own.every(({ row }) => decimalOrNull(row.fees)?.isNegative() === true))
      .map(([venue, own]) => [venue, own.length]),
  );
  return ({ row, venue }) => {
    const fees = stored(row, 'fees', input);
    if (!isKnown(fees) || !money(fees.value).isNegative()) return fees;
    if (turned.has(venue)) return known(amount(money(fees.value).neg()));
    const rows = gains.get(venue);
    if (rows === undefined) return fees;
    return missing(
      'inadequate_basis',
      `position.fees is below 0 in all ${String(rows)} rows of ${venue} that have one, and no fill tells whether these are costs or rebates`,
    );
  };
}

/** From the row's own prices. The current price never stands in for an exit price: it is not what was paid. */
function grossOfRow(fact: UnpaidFact, input: PositionInput): Value<string> {
  if (!input.has('position', 'exit_price')) return missing('missing_column', 'position.exit_price');
  const exit = positiveOrNull(fact.row.exit_price);
  if (exit === null) return missing('inadequate_basis', 'the closed row has no exit price');
  if (fact.side === 'unknown') return missing('inadequate_basis', 'the side of the position is unknown');
  return known(amount(resultOf(fact.contract, fact.side, fact.quantity, fact.entryPrice, exit)));
}

function stored(
  row: PositionRow,
  column: 'fees' | 'funding',
  input: PositionInput,
  source?: { readonly ok: boolean } & Partial<Missing>,
): Value<string> {
  if (!input.has('position', column)) {
    if (source?.ok === false && source.reason !== undefined)
      return missing(source.reason, source.detail ?? column);
    return missing('missing_column', `position.${column}`);
  }
  const value = decimalOrNull(row[column]);
  return value === null ? missing('no_data', `position.${column} is empty`) : known(amount(value));
}

/** The bot's own result, when nothing better exists and it is not the placeholder 0 in every row. */
function storedNet(
  fact: UnpaidFact,
  computed: Missing,
  meansNothing: string | null,
  input: PositionInput,
): Value<string> {
  if (!input.has('position', 'realized_pnl')) return computed;
  if (meansNothing !== null) return missing('inadequate_basis', meansNothing);
  const value = decimalOrNull(fact.row.realized_pnl);
  return value === null ? computed : known(amount(value));
}

/** Why the stored results are no evidence, or null when they may be. */
function allStoredZero(facts: readonly UnpaidFact[], { entities }: PositionInput): string | null {
  const values = facts
    .filter(({ closedAt }) => closedAt !== null)
    .map(({ row }) => decimalOrNull(row.realized_pnl))
    .filter((value) => value !== null);
  if (values.length === 0 || values.some((value) => !value.isZero())) return null;
  return `${ownColumn('position', 'realized_pnl', entities)} is 0 in all ${String(values.length)} closed rows that have one`;
}
