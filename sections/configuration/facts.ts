import { ms } from '../../audit/time.ts';
import { missing, type Missing } from '../../audit/value.ts';
import { limitsOf, ownLimits } from '../shared/facts/limits.ts';
import { groupBy } from '../shared/facts/row-values.ts';
import { noLimit } from '../shared/vocabulary/unread-words.ts';
import { reasonOf, rowsOf } from '../shared/vocabulary/unseen.ts';
import type { Input } from './input.ts';
import { canMiss, issuesOf, KINDS } from './issues.ts';

export type Facts = ReturnType<typeof factsOf>;

export function factsOf(input: Input) {
  const changes = rowsOf(input.rows.changes);
  return {
    limits: KINDS.flatMap((kind) => limitsOf(kind, input).limits.map((limit) => ({ kind, limit }))),
    issues: issuesOf(input),
    blind: blindOf(input),
    changes,
    unreviewed: changes.filter(({ reviewed_by: by }) => by === null),
    together: versionsTogether(input),
    filters: rowsOf(input.rows.filterCaches),
    staleFilters: rowsOf(input.rows.filterCaches).filter(
      ({ age_s: age }) => age > input.settings.filtersMaxAgeS,
    ),
    filtersUnseen: filtersUnseen(input),
  };
}

/** Why nobody can say whether a limit is missing, or is the operator’s. */
function blindOf(input: Input): Missing | null {
  const unread = reasonOf(input.rows.limits);
  if (unread !== null) return unread;
  const open = KINDS.flatMap((kind) => ownLimits(kind, input).unread).find(({ isVoid }) => !isVoid);
  if (open !== undefined) return missing('inadequate_basis', open.why);
  if (canMiss(input)) return null;
  if (rowsOf(input.rows.limits).length === 0)
    return missing('no_data', 'the bot has written no limit, and may keep its limits elsewhere');
  return missing('inadequate_basis', noLimit('a limit has a name that nothing reads', input));
}

/** Why nobody can say how old the filters of the exchange were; a bot that writes nothing of them may keep none. */
function filtersUnseen({ rows: { filterCaches }, has }: Input): Missing | null {
  const unread = reasonOf(filterCaches);
  if (unread !== null) return unread;
  if (!has('state', 'age_s')) return missing('missing_column', 'state.age_s');
  return rowsOf(filterCaches).length > 0
    ? null
    : missing('no_data', 'the bot wrote no age of the exchange filters in the window');
}

/** Two versions of one service, heard in turn for longer than a deployment takes; milliseconds. */
export interface Together {
  readonly service: string;
  readonly versions: readonly [string, string];
  readonly from: number;
  readonly to: number;
}

function versionsTogether({ rows, settings }: Input): readonly Together[] {
  const heard = rowsOf(rows.versions).flatMap(({ service, version, from_at: from, to_at: to, runs }) =>
    from === null || to === null || runs < settings.versionRuns
      ? []
      : [{ service, version, from: ms(from), to: ms(to) }],
  );
  return [...groupBy(heard, ({ service }) => service).values()].flatMap((versions) =>
    versions.flatMap((one, index) =>
      versions.slice(index + 1).flatMap((other): Together[] => {
        const [from, to] = [Math.max(one.from, other.from), Math.min(one.to, other.to)];
        const isLong = to - from > settings.versionsTogetherMin * 60_000;
        return isLong ? [{ service: one.service, versions: [one.version, other.version], from, to }] : [];
      }),
    ),
  );
}
