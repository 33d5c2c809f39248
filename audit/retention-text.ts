import {
  PURGE_CLASSES,
  PURGE_TITLES,
  type PlannedClass,
  type PurgeClass,
  type Tripwire,
} from './retention.ts';

/** What is said of a class, planned or removed. */
interface Amount {
  readonly rows: number;
  readonly items: number;
  readonly freedBytes: number;
  readonly reusableBytes: number;
}

export interface ShownPlan {
  readonly classes: readonly PlannedClass[];
  readonly tripped: readonly Tripwire[];
  readonly notes: readonly string[];
}

/** Whether the plan names nothing: then there is nothing to approve either. */
export function isEmptyPlan({ classes }: Pick<ShownPlan, 'classes'>): boolean {
  return classes.every(({ items }) => items === 0);
}

/** The plan for people, a line a class, then what stands against it. */
export function planLines({ classes, tripped, notes }: ShownPlan): readonly string[] {
  return [
    ...classes.map((one) => `${PURGE_TITLES[one.name]}: ${plannedText(one)}`),
    ...notes,
    ...tripped.map(({ type, message }) => `${type}: ${message}`),
  ];
}

function plannedText(one: PlannedClass): string {
  const kept = one.kept === 0 ? '' : `; ${String(one.kept)} old enough, but held or in use`;
  const before = `before ${one.cutoff.slice(0, 10)}`;
  if (one.items === 0) return `nothing ${before}${kept}`;
  const range = `${one.oldest?.slice(0, 10) ?? '?'} to ${one.newest?.slice(0, 10) ?? '?'}`;
  return `${amountText(one)}; of ${String(one.totalRows)} in all, those of ${range} (${before})${kept}`;
}

/** What was removed and what was not, a line a class. */
export function removedLines(
  removed: Readonly<Partial<Record<PurgeClass, Amount & { readonly skipped: number }>>>,
): readonly string[] {
  return PURGE_CLASSES.flatMap((name) => {
    const one = removed[name];
    if (one === undefined) return [];
    const skipped =
      one.skipped === 0 ? '' : `; ${String(one.skipped)} stayed, since they were held, used or changed`;
    return [`${PURGE_TITLES[name]}: ${one.items === 0 ? 'nothing' : amountText(one)}${skipped}`];
  });
}

/** Room on the disk, and room that the tables use again, are two things. */
function amountText({ items, rows, freedBytes, reusableBytes }: Amount): string {
  const what = items === rows ? String(items) : `${String(items)} (${String(rows)} rows)`;
  const room = [
    ...(freedBytes > 0 ? [`${sizeText(freedBytes)} freed`] : []),
    ...(reusableBytes > 0 ? [`${sizeText(reusableBytes)} reusable in the table`] : []),
  ];
  return room.length === 0 ? what : `${what}, ${room.join(', ')}`;
}

/** `512 B`, `1.4 MB`, `20 GB`: decimal units. */
export function sizeText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.5 ? 0 : 1;
  return `${value.toFixed(digits)} ${units[unit] ?? ''}`;
}
