import { ms } from '../../../audit/time.ts';
import type { Occurrence } from '../../../audit/finding.ts';
import type { Rows } from '../../../audit/section.ts';
import { text, type Text } from '../../../audit/text.ts';
import type { Thresholds } from '../settings.ts';
import { canonicalSymbol } from './symbols.ts';

interface Alert {
  readonly at: string;
  readonly symbol: string | null;
  readonly text: string | null;
  readonly delivered: boolean | null;
}

interface Alerted {
  readonly rows: { readonly alerts: Rows<Alert> };
  readonly shared: { readonly thresholds: Pick<Thresholds, 'alertLateS'> };
}

/** Which alert spoke of these occurrences, or that none did. */
export function detectionOf(
  { rows: { alerts }, shared: { thresholds } }: Alerted,
  occurrences: readonly Occurrence[],
): Text {
  if (!alerts.ok) return text`Unknown: the mapping has no alerts to look at.`;
  const symbols = new Set(occurrences.map(({ subject }) => canonicalSymbol(subject)));
  const found = alerts.rows.find(
    ({ at, symbol }) =>
      symbol !== null &&
      symbols.has(canonicalSymbol(symbol)) &&
      occurrences.some(
        (one) =>
          canonicalSymbol(one.subject) === canonicalSymbol(symbol) &&
          ms(at) >= ms(one.at) &&
          ms(at) <= ms(one.until ?? one.at) + thresholds.alertLateS * 1000,
      ),
  );
  if (!found) return text`No alert fired for these symbols while it lasted.`;
  const undelivered = found.delivered === false ? ' It was not delivered.' : '';
  return text`An alert fired: ${(found.text ?? 'without text').slice(0, 120)} (${found.symbol ?? ''}, ${found.at.slice(11, 19)} UTC).${undelivered}`;
}
