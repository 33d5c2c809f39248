import { formatValue } from '../../audit/format.ts';
import { iso } from '../../audit/time.ts';
import { missing, type Missing } from '../../audit/value.ts';
import type { EarlyEnd, EarlyEnds, Written } from '../shared/facts/early-ends.ts';
import { capitalised } from '../shared/vocabulary/words.ts';
import type { Input } from './input.ts';
import type { Mismatch } from './mismatch.ts';

export const ROWS_OF: Readonly<Record<Written, string>> = {
  order: 'orders',
  fill: 'fills',
  stop_change: 'stop changes',
  position: 'positions',
  closing: 'closings of positions',
};

/** `fills at Bybit`. */
export const placeOf = ({ what, venue }: EarlyEnd): string =>
  `${ROWS_OF[what]}${venue === null ? '' : ` at ${capitalised(venue)}`}`;

/** `fills end at ..., and 12 later ones that other rows tell of are not stored`. */
export const endWords = (end: EarlyEnd): string => {
  const {
    newest,
    missing: { length },
  } = end;
  return `${placeOf(end)} end at ${formatValue(iso(newest), 'time')} UTC, and ${String(length)} later ones that other rows tell of are not stored`;
};

/** Why nothing of the end of the window is known by these rows, of one exchange or with null of any; null where none ends early. */
export function whyEnded(
  { shared }: Pick<Input, 'shared'>,
  at: string | null,
  ...of: readonly Written[]
): Missing | null {
  const ended = shared.ends.list.filter(
    ({ what, venue }) => of.includes(what) && (venue === null || at === null || venue === at),
  );
  return ended.length === 0 ? null : missing('inadequate_basis', ended.map(endWords).join('; '));
}

/** Whose other half, a fill or a row, is of a time of which none is there yet: it may agree. */
export function isAwaited({ kind, venue, at }: Mismatch, { isAfter }: EarlyEnds): boolean {
  switch (kind) {
    case 'no-entry-fill':
    case 'no-exit-fill':
      return isAfter('fill', venue, at);
    case 'row-still-open':
      return isAfter('closing', venue, at);
    case 'stray-fills':
    case 'named-fills':
    case 'named-elsewhere':
      return isAfter('position', venue, at);
    case 'other-opening':
    case 'other-end':
      return false;
  }
}
