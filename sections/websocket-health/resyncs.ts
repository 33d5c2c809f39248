import { ms } from '../../audit/time.ts';
import { missing, type Missing } from '../../audit/value.ts';
import { timeOrNull } from '../shared/facts/row-values.ts';
import { venueOf } from '../shared/facts/symbols.ts';
import { names } from '../shared/vocabulary/words.ts';
import { reasonOf, rowsOf } from '../shared/vocabulary/unseen.ts';
import type { Span } from '../shared/facts/protection.ts';
import type { Input } from './input.ts';

/** A time in which an exchange had no open stream of orders. */
interface Lost extends Span {
  readonly venue: string;
  readonly streams: readonly { readonly name: string }[];
}

/** A loss of all streams of orders of an exchange that ended, with the first read of the account after it. */
export interface Resync extends Lost {
  /** Null: none was sent within ten minutes, or up to the end of the window. */
  readonly readAt: number | null;
  readonly isLate: boolean;
  /** Executions that the lost stream did not tell. */
  readonly missedFills: number;
}

/** What the bot asked the exchange for after each loss, where it can be told, and why it cannot. */
export function resyncsOf(lost: readonly Lost[], input: Input) {
  const { rows, window, settings } = input;
  const unread = reasonOf(rows.reads) ?? reasonOf(rows.calls);
  const end = ms(window.to);
  const ended = lost.filter(({ to }) => to < end);
  const silent = ended.filter(({ venue }) => !isReadRecorded(venue, input)).map(({ venue }) => venue);
  const reads = new Map(rowsOf(rows.reads).map((row) => [keyOf(venueOf(row.exchange), ms(row.at)), row]));
  const judged = ended.flatMap((one): Resync[] => {
    const row = reads.get(keyOf(one.venue, one.to));
    if (row === undefined || silent.includes(one.venue)) return [];
    const [before, after] = [timeOrNull(row.before_at), timeOrNull(row.read_at)];
    // What was asked before the stream was lost tells nothing of the loss.
    const at = before !== null && before >= one.from ? before : after;
    const latest = one.to + settings.readAfterS * 1000;
    const isLate = at === null || at > latest;
    // What was not read by the end may have been read in time after it.
    return isLate && latest >= end ? [] : [{ ...one, readAt: at, isLate, missedFills: fillsIn(one, input) }];
  });
  return { judged, unseen: unread ?? unrecorded(silent) };
}

const keyOf = (venue: string, at: number): string => `${venue} ${String(at)}`;

/** A bot that records no such call at all may make them: that it makes none is not known. */
function isReadRecorded(venue: string, { rows }: Input): boolean {
  return rowsOf(rows.calls).some(
    ({ exchange, operation_kind: kind, outcome }) =>
      kind === 'fetch_account' && outcome === 'ok' && venueOf(exchange) === venue,
  );
}

function unrecorded(venues: readonly string[]): Missing | null {
  return venues.length === 0
    ? null
    : missing('no_data', `no call of ${names(venues)} that reads positions, orders or balances is recorded`);
}

function fillsIn({ venue, from, to }: Lost, { rows }: Input): number {
  return rowsOf(rows.fills).filter(
    ({ exchange, at }) => at !== null && venueOf(exchange) === venue && ms(at) >= from && ms(at) < to,
  ).length;
}
