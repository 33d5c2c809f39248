import { CALENDARS, type Calendar } from './calendar.ts';

/** A report kind: what it shows, how long its window may be, how wide its timelines' buckets are. */
export interface Kind {
  /** Stands in URLs, workflow ids and the command line: lower case letters and dashes. */
  readonly id: string;
  readonly title: string;
  /** Longest window. */
  readonly maxHours: number;
  readonly bucketS: number;
  /** The window must be this calendar period in UTC; an ISO week begins on Monday. */
  readonly calendar: Calendar | null;
  /** Ids of the entries that it shows, in the registry's order whatever theirs is; `all`: every one. */
  readonly sections: 'all' | readonly string[];
}

const DAY_S = 86_400;

/** What every report ends with: what to do, what was good, the conclusion, and what it rests on. */
const CLOSING = [
  'recommendations',
  'positive-findings',
  'conclusion',
  'appendix-a',
  'appendix-b',
  'appendix-c',
  'appendix-d',
] as const;

export const PRODUCTION: Kind = {
  id: 'production',
  title: 'Production audit',
  maxHours: 24,
  bucketS: 3_600,
  calendar: null,
  sections: 'all',
};

export const DAILY: Kind = {
  id: 'daily',
  title: 'Daily summary',
  ...period('day', 3_600),
  sections: ['api-performance', 'aged-positions', 'pnl', 'critical-events', ...CLOSING],
};

export const WEEKLY: Kind = {
  id: 'weekly',
  title: 'Weekly review',
  ...period('week', DAY_S),
  sections: ['api-performance', 'pnl', 'configuration', 'algorithm', ...CLOSING],
};

export const MONTHLY: Kind = {
  id: 'monthly',
  title: 'Monthly audit',
  ...period('month', DAY_S),
  sections: 'all',
};

export const QUARTERLY: Kind = {
  id: 'quarterly',
  title: 'Quarterly audit',
  ...period('quarter', DAY_S),
  sections: ['data-integrity', 'pnl', 'code-quality', 'configuration', 'algorithm', ...CLOSING],
};

/** Every kind there is: inputs, command line, windows, sections and titles are read from here. */
export const KINDS: readonly Kind[] = [PRODUCTION, DAILY, WEEKLY, MONTHLY, QUARTERLY];

function period(calendar: Calendar, bucketS: number): Pick<Kind, 'maxHours' | 'bucketS' | 'calendar'> {
  return { maxHours: CALENDARS[calendar].hours, bucketS, calendar };
}

/** The kind of that id. Throws with those there are. */
export function kindOf(id: string, kinds: readonly Kind[] = KINDS): Kind {
  const found = kinds.find((kind) => kind.id === id);
  if (found !== undefined) return found;
  throw new Error(`no report kind ${id}; there are ${kinds.map((kind) => kind.id).join(', ')}`);
}

/** The kind that an input means when it may leave it out: a day, week, month or quarter is its own kind's. */
export function kindMeant(
  input: { readonly kind?: string } & { readonly [key in Calendar]?: string },
): string {
  if (input.kind !== undefined) return input.kind;
  const named = KINDS.find(({ calendar }) => calendar !== null && input[calendar] !== undefined);
  return (named ?? PRODUCTION).id;
}

/** Whether a kind covers a calendar month or more: daily returns mean something then, and a loss to costs is no accident. */
export function coversMonths(id: string): boolean {
  const kind = KINDS.find((one) => one.id === id);
  return kind?.calendar === 'month' || kind?.calendar === 'quarter';
}
