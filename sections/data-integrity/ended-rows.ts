import { formatValue } from '../../audit/format.ts';
import { iso } from '../../audit/time.ts';
import { missing, type Missing } from '../../audit/value.ts';
import type { EarlyEnd, EarlyEnds, Written } from '../shared/facts/early-ends.ts';
import type { Input } from './input.ts';
import type { Mismatch } from './identity.ts';

export const ROWS_OF: Readonly<Record<Written, string>> = {
  order: 'orders',
  fill: 'fills',
  stop_change: 'stop changes',
  position: 'positions',
  closing: 'closings of positions',
};

/** `fills end at ..., and 12 of later are told of and not stored`. */
export const endWords = ({ what, newest, missing: { length } }: EarlyEnd): string =>
  `${ROWS_OF[what]} end at ${formatValue(iso(newest), 'time')} UTC, and ${String(length)} of later are told of and not stored`;

/** Why nothing of the end of the window is known by these rows; null where none of them ends early. */
export function whyEnded({ shared }: Pick<Input, 'shared'>, ...of: readonly Written[]): Missing | null {
  const ended = shared.ends.list.filter(({ what }) => of.includes(what));
  return ended.length === 0 ? null : missing('inadequate_basis', ended.map(endWords).join('; '));
}

/** Whose other half, a fill or a row, is of a time of which none is there yet: it may agree. */
export function isAwaited({ kind, at }: Mismatch, { isAfter }: EarlyEnds): boolean {
  switch (kind) {
    case 'no-entry-fill':
    case 'no-exit-fill':
      return isAfter('fill', at);
    case 'row-still-open':
      return isAfter('closing', at);
    case 'stray-fills':
    case 'named-fills':
    case 'named-elsewhere':
      return isAfter('position', at);
    case 'other-opening':
    case 'other-end':
      return false;
  }
}
