import { ZERO, type Money } from '../../../audit/decimal.ts';
import { SEVERITIES, severityRank, type Severity } from '../../../audit/finding.ts';
import { text, type Inline, type Text } from '../../../audit/text.ts';
import { known, missing } from '../../../audit/value.ts';
import type { Thresholds } from '../settings.ts';
import type { Register } from './rule.ts';

/** Notional held for a time, in quote currency x minutes. */
export function notionalMinutes(notional: Money, milliseconds: number): Money {
  return notional.times(milliseconds).div(60_000);
}

/** E = notional x minutes / (equity x 60); null when the equity is not known. */
export function exposureOf(minutes: Money, equity: Money | null): number | null {
  if (equity?.greaterThan(ZERO) !== true) return null;
  return minutes.div(equity.times(60)).toNumber();
}

/** E from which a finding is one level worse, and below which it is one level less (catalogue 4.0). */
type Bounds = Pick<Thresholds, 'exposureRaises' | 'exposureLowers'>;

/**
 * The severity of a finding with what was exposed, and why it is not the rule's own where it is not. A large E always raises; a small one lowers only where the rule's own
 * ladder does not grade the time or size already, and an E that is not known never does.
 */
export function withExposure(
  severity: Severity,
  exposure: number | null,
  { lowers, thresholds }: { readonly lowers: boolean; readonly thresholds: Bounds },
  figure: Register,
): { readonly severity: Severity; readonly note: Text } {
  const bound = (key: keyof Bounds, title: string): Inline =>
    figure('exposure_limit', thresholds[key], 'ratio', title, `policy shared.${key}`);
  const shown = figure(
    'exposure',
    exposure === null
      ? missing('no_data', 'the equity at that time is not known')
      : known(Number(exposure.toPrecision(3))),
    'ratio',
    'Exposure E',
    'affected notional x minutes / (equity x 60)',
  );
  if (exposure !== null && exposure >= thresholds.exposureRaises && severity !== 'CRITICAL') {
    return {
      severity: moved(severity, -1),
      note: text` The exposure E is ${shown}; from ${bound('exposureRaises', 'Exposure that raises')} on the finding is one level worse.`,
    };
  }
  if (exposure !== null && exposure < thresholds.exposureLowers && lowers && severity !== 'LOW') {
    return {
      severity: moved(severity, 1),
      note: text` The exposure E is ${shown}; below ${bound('exposureLowers', 'Exposure that lowers')} the finding is one level less.`,
    };
  }
  return { severity, note: [] };
}

function moved(severity: Severity, by: -1 | 1): Severity {
  return SEVERITIES[severityRank(severity) + by] ?? severity;
}
