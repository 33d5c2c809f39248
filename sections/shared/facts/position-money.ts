import { amount, money } from '../../../audit/decimal.ts';
import { ownColumn } from '../../../audit/own-statement.ts';
import { isKnown, known, missing, type Missing, type Value } from '../../../audit/value.ts';
import type { FillRow, FundingRow, PositionRow } from '../queries/trading-rows.ts';
import type { Rows } from '../../../audit/section.ts';
import { allocateFunding } from './allocate-funding.ts';
import { unclearSign, type withFeeSigns } from './fee-signs.ts';
import { feesOf, type Rates } from './fees.ts';
import { resultOf } from './instruments.ts';
import type { PositionInput, PositionMoney, UnpaidFact } from './position-facts.ts';
import { rowFees, type RowFee } from './row-fees.ts';
import { decimalOrNull, positiveOrNull } from './row-values.ts';

/** A position with what its money is computed from. */
export interface Unpaid {
  readonly fact: UnpaidFact;
  readonly fills: readonly FillRow[];
}

const OPEN = missing('not_applicable', 'the position is open');

/** The money of each position, of open ones there is none yet, and where costs are stored negative. */
export function positionMoney(
  positions: readonly Unpaid[],
  funding: Rows<FundingRow>,
  rates: Rates,
  ofFills: Pick<ReturnType<typeof withFeeSigns>, 'signs' | 'unclear'>,
  input: PositionInput,
) {
  const paid = funding.ok
    ? allocateFunding(
        positions.map(({ fact }) => fact),
        funding.rows,
      )
    : null;
  const storedMeansNothing = allStoredZero(
    positions.map(({ fact }) => fact),
    input,
  );
  const receivedBy = (fact: UnpaidFact): Value<string> => {
    // A funding relation without a row may be one that nobody writes: what the position row says then counts.
    const ownWord = funding.ok && funding.rows.length === 0 && decimalOrNull(fact.row.funding) !== null;
    // No funding is paid for an asset that is owned.
    const ofSource = fact.contract.kind === 'spot' && !funding.ok ? known('0') : undefined;
    return (
      (ownWord ? undefined : paid?.get(fact.id)) ?? ofSource ?? stored(fact.row, 'funding', input, funding)
    );
  };
  const fromFills = (fact: UnpaidFact): boolean => fact.ledger?.flatAt != null && fact.closedBy === 'fills';
  const grossBy = (fact: UnpaidFact): Value<string> =>
    unsettled(fact, input) ??
    (fact.ledger !== null && fromFills(fact) ? known(amount(fact.ledger.gross)) : grossOfRow(fact, input));
  const hasFillFees = input.has('fill', 'fee');
  const closed = positions.map(({ fact }) => fact).filter(({ closedAt }) => closedAt !== null);
  const byRow = rowFees(
    closed.flatMap((fact): RowFee[] => {
      const fee = input.has('position', 'fees') ? decimalOrNull(fact.row.fees) : null;
      if (fee === null || fee.isZero()) return [];
      const before = netOf(grossBy(fact), known('0'), receivedBy(fact));
      const isUsed = !(fromFills(fact) && hasFillFees);
      return [{ fact, fee, isUsed, before: isKnown(before) ? money(before.value) : null }];
    }),
    ofFills.signs,
    input.bot.quoteCurrency,
  );
  const feesBy = ({ fact, fills }: Unpaid): Value<string> => {
    if (!fromFills(fact) || !hasFillFees) {
      const fees = stored(fact.row, 'fees', input);
      return isKnown(fees) ? byRow.of(fact, money(fees.value)) : fees;
    }
    const sign = ofFills.unclear.get(fact.venue);
    // Where all have one sign and there are balances, the wallet tells: it does not close with the wrong one.
    const isUnclear = sign === 'mixed' || (sign === 'unclear' && !hasBalances(input));
    const first = isUnclear ? fills.find(({ fee }) => decimalOrNull(fee)?.isNegative() === true) : undefined;
    return first === undefined
      ? feesOf(fills, rates)
      : unclearSign(`the fee of fill ${first.id}`, first.fee ?? '', fact.venue);
  };
  const moneyOf = ({ fact, fills }: Unpaid): PositionMoney => {
    if (fact.closedAt === null) return { gross: OPEN, fees: OPEN, funding: OPEN, net: OPEN };
    const [gross, fees, received] = [grossBy(fact), feesBy({ fact, fills }), receivedBy(fact)];
    const net = netOf(gross, fees, received);
    // Whoever mistook the sign of the fees stored a result with that mistake.
    const isOwn = !fromFills(fact) && unsettled(fact, input) === null && !byRow.isUnclear(fact.id);
    return {
      gross,
      fees,
      funding: received,
      net: isKnown(net) || !isOwn ? net : storedNet(fact, net, storedMeansNothing, input),
    };
  };
  return { moneyOf, feeSigns: [...ofFills.signs, ...byRow.signs] };
}

const hasBalances = ({ entities }: PositionInput): boolean =>
  entities.some(({ entity, everHadRows }) => entity === 'balance' && everHadRows);

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
