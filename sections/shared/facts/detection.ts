import { ms } from '../../../audit/time.ts';
import type { Occurrence } from '../../../audit/finding.ts';
import type { Rows, Surroundings } from '../../../audit/input.ts';
import { text, type Text } from '../../../audit/text.ts';
import type { AlertRow } from '../queries/monitoring.ts';
import type { Thresholds } from '../settings.ts';
import { canonicalSymbol } from './symbols.ts';

interface Alerted {
  readonly rows: { readonly alerts: Rows<AlertRow> };
  readonly shared: { readonly thresholds: Pick<Thresholds, 'alertLateS'> };
}

export const NO_ALERTS = 'Unknown: the mapping has no alerts to look at.';

/** Where the alerts stand that may have fired; nowhere, where the bot's alerts cannot be read. */
export const alertsStandIn = ({ has }: Pick<Surroundings, 'has'>, where: string): string =>
  has('alert') ? `Whether an alert fired stands in ${where}.` : NO_ALERTS;

/** Which alert spoke of these occurrences, or that none did. */
export function detectionOf(
  { rows: { alerts }, shared: { thresholds } }: Alerted,
  occurrences: readonly Occurrence[],
): Text {
  if (!alerts.ok) return [NO_ALERTS];
  const spans = occurrences.map(({ subject, at, until = at }) => ({
    symbol: canonicalSymbol(subject),
    from: ms(at),
    to: ms(until) + thresholds.alertLateS * 1000,
  }));
  const found = alerts.rows.find(({ at, symbol }) => {
    if (symbol === null) return false;
    const [about, time] = [canonicalSymbol(symbol), Date.parse(at)];
    return spans.some((span) => span.symbol === about && time >= span.from && time <= span.to);
  });
  if (!found) return text`No alert fired for these symbols while it lasted.`;
  const undelivered = found.delivered === false ? ' It was not delivered.' : '';
  return text`An alert fired: ${(found.text ?? 'without text').slice(0, 120)} (${found.symbol ?? ''}, ${found.at.slice(11, 19)} UTC).${undelivered}`;
}
