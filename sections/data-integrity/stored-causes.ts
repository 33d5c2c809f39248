import type { Hypothesis } from '../../audit/root-cause.ts';
import { hypothesis } from '../shared/vocabulary/rule.ts';
import type { Facts, Input } from './facts.ts';

export const OTHERWISE = 'The rows do not say where their results come from.';

/** Why stored results are not what fills and prices give. */
export function storedCauses(facts: Facts, { settings }: Input): readonly Hypothesis[] {
  const { disagreements, isOnlyZero } = facts.accounting.realized;
  const gross = new Map(facts.closed.results.map((result) => [result.fact.id, result.gross]));
  const isGross = disagreements.every(({ id, stored }) => {
    const own = gross.get(id);
    return own != null && own.minus(stored).abs().lessThanOrEqualTo(settings.agreementMoney);
  });
  const parts = new Map(facts.closed.results.map((result) => [result.fact.id, result]));
  const isTurned = disagreements.every(({ id, stored }) => {
    const { gross: own, fees, funding } = parts.get(id) ?? {};
    if (!own || !fees || !funding || fees.isZero()) return false;
    return own.plus(fees).plus(funding).minus(stored).abs().lessThanOrEqualTo(settings.agreementMoney);
  });
  return [
    hypothesis('fee-sign', 'The sign of the fees: the stored result and the fills disagree about it.', [
      'every stored result that is off is gross + fees + funding',
      disagreements.length > 0 && isTurned,
    ]),
    hypothesis('stored-zero', 'Nothing writes the result: its 0 is the default of the column.', [
      'every closed row of the window stores 0',
      isOnlyZero,
    ]),
    hypothesis('stored-gross', 'The stored result is gross: fees and funding are not in it.', [
      'every stored result that is off is the gross result',
      disagreements.length > 0 && isGross,
    ]),
  ];
}
