import { lasting } from '../counted-words.ts';
import { ms } from '../time.ts';

/** A schedule as Temporal describes it; null: there is none. */
export interface SeenSchedule {
  readonly paused: boolean;
  /** What stands beside it; who pauses it says why there. */
  readonly note: string;
  readonly createdAt: string;
  /** Nominal time of its newest run; null: none yet. */
  readonly lastAt: string | null;
  /** Runs of late that were given up, being later than their catch-up allows. */
  readonly missed: number;
}

export interface WantedSchedule {
  readonly id: string;
  /** Its note while nobody has paused it. */
  readonly note: string;
  /** Longest time between two runs, minutes; null: too long to tell. */
  readonly everyMinutes: number | null;
}

/** Three runs of a fast rhythm, a quarter more of a slow one, and never less than this. */
const LEAST_SLACK_MS = 10 * 60_000;

/** What is wrong with a schedule, a sentence each. */
export function scheduleProblems(
  { id, note, everyMinutes }: WantedSchedule,
  seen: SeenSchedule | null,
  now: string,
): readonly { readonly id: string; readonly text: string }[] {
  if (seen === null)
    return [
      {
        id: 'absent',
        text: `Schedule ${id} does not exist; \`production-audit schedules apply\` creates it.`,
      },
    ];
  const problems: { id: string; text: string }[] = [];
  if (seen.missed > 0)
    problems.push({
      id: `missed-${String(seen.missed)}`,
      text: `Schedule ${id} gave up ${String(seen.missed)} of its runs because they were too late; \`production-audit schedules backfill\` makes them.`,
    });
  const isReasoned = seen.note.trim() !== '' && seen.note !== note && !/^paused via /i.test(seen.note);
  if (seen.paused) {
    if (!isReasoned) problems.push({ id: 'paused', text: `Schedule ${id} is paused, and nobody said why.` });
    return problems;
  }
  if (everyMinutes === null) return problems;
  const sinceMs = ms(now) - ms(seen.lastAt ?? seen.createdAt);
  const everyMs = everyMinutes * 60_000;
  const allowedMs = Math.max(everyMinutes < 60 ? 3 * everyMs : 1.25 * everyMs, everyMs + LEAST_SLACK_MS);
  if (sinceMs > allowedMs)
    problems.push({
      id: 'late',
      text: `Schedule ${id} has not run for ${lasting(sinceMs)}; it runs every ${lasting(everyMs)}.`,
    });
  return problems;
}

/** A schedule that `apply` made for a bot that is gone. */
export function unusedText(id: string): string {
  return `Schedule ${id} is still there and the configuration has no use for it; \`production-audit schedules apply\` removes it.`;
}
