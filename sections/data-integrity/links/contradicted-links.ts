import type { EntityName } from '../../../audit/contract.ts';
import { timeOrNull } from '../../shared/facts/row-values.ts';
import { rowsOf } from '../../shared/vocabulary/unseen.ts';
import type { Input } from '../input.ts';
import { MANY_OF_STRATEGY, MOST } from '../linked-rows.ts';
import { namesOf } from '../order-links.ts';
import type { LinkRow } from './link-query.ts';

/** What rows of a kind say of a row that they name, and what that says of itself: `rows` of `of` say so. */
export interface ContradictedLink {
  readonly entity: EntityName;
  readonly named: EntityName;
  readonly what: string;
  readonly said: string;
  readonly its: string;
  readonly rows: number;
  readonly of: number;
  readonly at: number;
  readonly ids: readonly string[];
}

/** What a pair of rows comes to, said of both. */
const PAIRS: ReadonlyMap<string, readonly [said: string, its: string]> = new Map([
  ['gone', ['its id', 'no row has it']],
  ['other', ['one', 'another']],
  ['far', ['one', 'another, by more than three times']],
  ['long after', ['what follows from it', 'over a minute later']],
  ['skipped, and moved', ['skipped', 'the next one finds the stop moved']],
  ['failed, though its order filled', ['failed', 'filled']],
  ['cancelled, though its order filled', ['cancelled', 'filled']],
  ['executed, though its order was refused', ['executed', 'refused']],
]);
/** They cannot be in any bot; the others are the way of a bot where many rows are so. */
const NEVER = /though its order filled$|^skipped, and moved$/;

const LINKS = [
  ['eventPositions', 'event', 'position'],
  ['eventOrders', 'event', 'order'],
  ['trailingPositions', 'trailing_update', 'position'],
  ['trailingChain', 'trailing_update', 'trailing_update'],
  ['fundingPositions', 'funding', 'position'],
  ['decisionSignals', 'decision', 'signal'],
  ['positionSignals', 'position', 'signal'],
  ['decisionOrders', 'decision', 'order'],
] as const satisfies readonly (readonly [keyof Input['rows'], EntityName, EntityName])[];

/** Rows of the bot's journals against the rows that they name. */
export function contradictedLinks(input: Input): readonly ContradictedLink[] {
  const nameOf = namesOf(input);
  return LINKS.flatMap(([query, entity, named]) =>
    [...Map.groupBy(rowsOf(input.rows[query]), ({ what }) => what)].flatMap(([what, rows]) => {
      const of = countOf(rows);
      const told = contradicted(what, rows, of, nameOf).filter((row) => !isAwaited(row, named, input));
      return told.map((row): ContradictedLink => {
        const [said, its] = (row.is_pair ? PAIRS.get(row.said) : undefined) ?? [row.said, row.named ?? ''];
        const ids = row.ids.flatMap((id) => id ?? []);
        return { entity, named, what, said, its, rows: row.rows, of, at: timeOrNull(row.at) ?? 0, ids };
      });
    }),
  );
}

/** What it names is of a time of which no such row is there yet. */
const isAwaited = (
  { said, at }: LinkRow,
  named: (typeof LINKS)[number][2],
  { shared: { ends } }: Input,
): boolean =>
  said === 'gone' &&
  (named === 'order' || named === 'position') &&
  ends.isAfter(named, null, timeOrNull(at) ?? 0);

const countOf = (rows: readonly LinkRow[]): number => rows.reduce((all, row) => all + row.rows, 0);

function contradicted(
  what: string,
  rows: readonly LinkRow[],
  of: number,
  nameOf: (symbol: string | null) => string,
): readonly LinkRow[] {
  const isFew = (some: readonly LinkRow[]): boolean => countOf(some) <= MOST * of;
  if (rows.some((row) => row.is_pair)) {
    const odd = rows.filter(({ said }) => PAIRS.has(said) && !NEVER.test(said));
    return [...rows.filter(({ said }) => NEVER.test(said)), ...(isFew(odd) ? odd : [])];
  }
  const name = (word: string | null): string =>
    what === 'symbol' ? nameOf(word) : (word ?? '').toLowerCase();
  const held = new Set(rows.map(({ named }) => name(named)));
  const agreed = new Set(
    rows.flatMap(({ said, named }) => (name(said) === name(named) ? [name(named)] : [])),
  );
  // What cannot be read contradicts nothing.
  const differ = rows.filter(
    ({ said, named }) => name(said) !== name(named) && !`${said}${named ?? ''}`.includes('\ufffd'),
  );
  if (what === 'strategy' && countOf(differ) < MANY_OF_STRATEGY) return [];
  // A word that the named rows never have may be another name of the same, unless theirs is used as well.
  const foreign = differ.filter(({ said, named }) => !held.has(name(said)) && agreed.has(name(named)));
  const isTold = what !== 'strategy' || isFew(foreign);
  return differ.filter((row) => held.has(name(row.said)) || (isTold && foreign.includes(row)));
}
