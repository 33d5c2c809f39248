/** What a purge removes, in the order in which it does: what points at something goes before it. */
export const PURGE_CLASSES = ['evidence', 'reports', 'mails', 'snapshots', 'artifacts'] as const;
export type PurgeClass = (typeof PURGE_CLASSES)[number];

/** Periods of our own store, in days, and who may approve a purge. */
export interface Retention {
  readonly snapshotsDays: number;
  readonly evidenceDays: number;
  readonly reportsDays: number;
  readonly mailsDays: number;
  /** Of artifacts that no report points at. */
  readonly unreferencedDays: number;
  /** A plan that would remove more of a class ends with `PurgeTooLarge`. */
  readonly maxSharePercent: number;
  /** How long a plan waits for its approval. */
  readonly approvalHours: number;
  /** Whether a scheduled purge approves itself once there was a dry run. */
  readonly selfApprove: boolean;
}

/** One class of a plan. Times are ISO 8601 UTC. */
export interface PlannedClass {
  readonly name: PurgeClass;
  /** Partitions, evidence bundles, reports with all their revisions, mails, files. */
  readonly items: number;
  readonly rows: number;
  /** Rows (of artifacts: files) that there are in all. */
  readonly totalRows: number;
  /** Old enough, and kept by a hold or because something is in use. */
  readonly kept: number;
  /** Goes back to the disk. */
  readonly freedBytes: number;
  /** Stays with the table, which uses it again. */
  readonly reusableBytes: number;
  readonly oldest: string | null;
  readonly newest: string | null;
  readonly cutoff: string;
}

export interface Tripwire {
  readonly type: 'PurgeTooLarge' | 'PurgeTooYoung';
  readonly message: string;
}

/** Words for people, also of the table in the terminal. */
export const PURGE_TITLES: Readonly<Record<PurgeClass, string>> = {
  evidence: 'evidence of reports',
  reports: 'reports',
  mails: 'mails of removed reports',
  snapshots: 'months of snapshots',
  artifacts: 'files nothing points at',
};

const DAY_MS = 86_400_000;
/** Clocks further apart than this say that one of them has jumped. */
const CLOCKS_MS = 3_600_000;

/** The period of a class in days. */
export function periodDays(retention: Retention, name: PurgeClass): number {
  return {
    evidence: retention.evidenceDays,
    reports: retention.reportsDays,
    mails: retention.mailsDays,
    snapshots: retention.snapshotsDays,
    artifacts: retention.unreferencedDays,
  }[name];
}

/** `days` before a time, ISO 8601 UTC. */
export function daysBefore(time: string, days: number): string {
  return new Date(Date.parse(time) - days * DAY_MS).toISOString();
}

export interface TripQuestion {
  readonly retention: Retention;
  readonly maxSharePercent: number;
  /** Times of Temporal, by which a run knows its own, and of the store's server. */
  readonly temporalNow: string;
  readonly storeNow: string;
}

/** What a plan must not do, found in the plan itself whatever made it; empty when it may go on. */
export function tripwires(classes: readonly PlannedClass[], question: TripQuestion): readonly Tripwire[] {
  const { temporalNow, storeNow } = question;
  const apartMs = Math.abs(Date.parse(temporalNow) - Date.parse(storeNow));
  const clocks: readonly Tripwire[] =
    apartMs <= CLOCKS_MS
      ? []
      : [
          {
            type: 'PurgeTooYoung',
            message: `The clocks of Temporal (${temporalNow}) and of the store (${storeNow}) are ${String(Math.round(apartMs / 60_000))} minutes apart, so no age can be trusted. Correct the wrong one.`,
          },
        ];
  return [...clocks, ...classes.flatMap((one) => [...tooYoung(one, question), ...tooLarge(one, question)])];
}

function tooYoung({ name, newest, cutoff }: PlannedClass, question: TripQuestion): readonly Tripwire[] {
  const days = periodDays(question.retention, name);
  const now = question.temporalNow < question.storeNow ? question.temporalNow : question.storeNow;
  const limit = daysBefore(now, days);
  const youngest = newest !== null && newest > cutoff ? newest : cutoff;
  if (youngest <= limit) return [];
  const what = `${PURGE_TITLES[name]}: the plan would remove what is of ${youngest}`;
  return [{ type: 'PurgeTooYoung', message: `${what}, younger than ${String(days)} days (${limit}).` }];
}

function tooLarge(
  { name, rows, totalRows }: PlannedClass,
  { maxSharePercent }: TripQuestion,
): readonly Tripwire[] {
  if (rows === 0 || rows * 100 <= totalRows * maxSharePercent) return [];
  const percent = totalRows === 0 ? 100 : Math.floor((rows * 100) / totalRows);
  const what = `${PURGE_TITLES[name]}: the plan would remove ${String(rows)} of ${String(totalRows)} (${String(percent)} %), more than ${String(maxSharePercent)} % (retention.maxSharePercent).`;
  return [
    {
      type: 'PurgeTooLarge',
      message: `${what} Look at the plan; when it is right, start the purge by hand with {"maxSharePercent": ${String(Math.min(100, percent + 1))}}.`,
    },
  ];
}
