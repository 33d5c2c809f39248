import { WORDS } from '../../../audit/spellings.ts';
import type { Rows } from '../../../audit/section.ts';
import type { Kind } from '../../../audit/word-kinds.ts';
import type { FailedRow } from '../queries/failures.ts';
import { rowsOf } from '../vocabulary/unseen.ts';
import { largestFirst } from './row-values.ts';

/** Why a decision failed: one class a failure, by the first refusal in time; null where nothing reads what was said. */
export type FailureClass = Kind<'reject_class'>;

export interface Failure extends FailedRow {
  readonly reason: FailureClass | null;
  /** What was said, as it is recorded; empty where nothing was. */
  readonly said: string;
}

const TITLES: Readonly<Record<FailureClass, string>> = {
  balance: 'Insufficient buying power',
  filter: "Market's filters",
  rate: 'API rate limit',
  auth: 'Key or permission',
  risk: 'Risk limit',
  would_trigger: 'Would trigger at once',
  post_only: 'Would have taken liquidity',
  reduce_only: 'Would not have reduced',
  duplicate: 'Duplicate order',
  market_closed: 'Market closed',
  symbol: 'Invalid symbol',
};

/** What to do about a class of failures, in seed 004's words where it has some. */
export const REMEDIES: Readonly<Record<FailureClass, string>> = {
  balance: 'Reduce the size of positions, or add capital.',
  filter: 'Round price and quantity to the filters of the market before an order is sent.',
  rate: 'Add back-off and retries, or ask less often.',
  auth: 'Check the key, its permissions and its expiry.',
  risk: 'Check the limit that refused them before a decision is made.',
  would_trigger: 'Take the newest price before a stop is placed.',
  post_only: 'Price the order behind the best offer, or let it take.',
  reduce_only: 'Read the position again before it is reduced.',
  duplicate: 'Make the id of an order from its decision, and take an answer of duplicate as sent.',
  market_closed: 'Check the trading hours in the strategy.',
  symbol: 'Update the list of blocked assets.',
};

/** Failures with their reason: what the exchange said of the order, else the words of the execution, else its status. */
export function failuresOf(
  failed: Rows<FailedRow>,
  orders: Rows<{
    readonly id: string;
    readonly reject_class: string | null;
    readonly reject_reason: string | null;
  }>,
): readonly Failure[] {
  const byId = new Map(rowsOf(orders).map((order) => [order.id, order]));
  return rowsOf(failed).map((row) => {
    const order = row.order_id === null ? undefined : byId.get(row.order_id);
    const said = row.error_message ?? order?.reject_reason ?? '';
    const given = order?.reject_class;
    const reason = isClass(given) ? given : (classOf(said) ?? byStatus(row.http_status));
    return { ...row, reason, said };
  });
}

/** The name of a reason in tables: the class, else the words as they are recorded. */
export function reasonName({ reason, said }: Failure): string {
  if (reason !== null) return TITLES[reason];
  return said === '' ? 'Not recorded' : said.slice(0, 80);
}

/** Reasons with their failures, most first. */
export function byReason(
  failures: readonly Failure[],
): readonly (readonly [name: string, of: readonly Failure[]])[] {
  return largestFirst(Map.groupBy(failures, reasonName));
}

function isClass(word: string | null | undefined): word is FailureClass {
  return typeof word === 'string' && Object.hasOwn(TITLES, word);
}

/** Exact spellings only, as everywhere: a part of a sentence may mean anything. */
function classOf(said: string): FailureClass | null {
  return BY_WORD.get(bare(said)) ?? null;
}

/** 403 is left out: exchanges and brokers answer it to a want of money too. */
function byStatus(status: number | null): FailureClass | null {
  if (status === 418 || status === 429) return 'rate';
  return status === 401 ? 'auth' : null;
}

function bare(text: string): string {
  return text.toLowerCase().replaceAll(/[\s_.,:;!()'"-]/g, '');
}

const BY_WORD: ReadonlyMap<string, FailureClass> = new Map(
  Object.entries(WORDS.reject_class).flatMap(([name, words]) =>
    words.map((word) => [bare(word), name as FailureClass] as const),
  ),
);
