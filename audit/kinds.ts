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
  /** Ids of the entries that it shows, in the registry's order whatever theirs is; `all`: every one but those that kinds must list. */
  readonly sections: 'all' | readonly string[];
}

const DAY_S = 86_400;

/** Reports that are asked for: any window, of at most 400 days. */
const onDemand = { maxHours: 400 * 24, bucketS: DAY_S, calendar: null } as const;

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

/** Seed 004's morning check: did the data come, was it decided, was it carried out, what did it earn. */
export const DAILY: Kind = {
  id: 'daily',
  title: 'Daily summary',
  ...period('day', 3_600),
  sections: [
    'ingestion',
    'signals',
    'decisions',
    'failures',
    'api-performance',
    'aged-positions',
    'pnl',
    'race-conditions',
    'hourly-timeline',
    'critical-events',
    ...CLOSING,
  ],
};

export const WEEKLY: Kind = {
  id: 'weekly',
  title: 'Weekly review',
  ...period('week', DAY_S),
  sections: [
    'ingestion',
    'signals',
    'decisions',
    'strategies',
    'failures',
    'api-performance',
    'pnl',
    'configuration',
    'hourly-timeline',
    'critical-events',
    ...CLOSING,
  ],
};

export const MONTHLY: Kind = {
  id: 'monthly',
  title: 'Monthly audit',
  ...period('month', DAY_S),
  sections: [
    'decisions',
    'strategies',
    'failures',
    'position-management',
    'stop-loss',
    'trailing-stop',
    'websocket-health',
    'api-performance',
    'data-integrity',
    'aged-positions',
    'zombie-orders',
    'pnl',
    'code-quality',
    'configuration',
    'race-conditions',
    'algorithm',
    'hourly-timeline',
    'critical-events',
    'monitoring-coverage',
    ...CLOSING,
  ],
};

export const QUARTERLY: Kind = {
  id: 'quarterly',
  title: 'Quarterly audit',
  ...period('quarter', DAY_S),
  sections: [
    'decisions',
    'strategies',
    'failures',
    'data-integrity',
    'pnl',
    'configuration',
    'race-conditions',
    'algorithm',
    'hourly-timeline',
    'critical-events',
    'audit-trail',
    ...CLOSING,
  ],
};

export const STRATEGY: Kind = {
  id: 'strategy',
  title: 'Strategy performance',
  ...onDemand,
  sections: ['strategies', 'failures', 'pnl', ...CLOSING],
};

export const FAILURES: Kind = {
  id: 'failures',
  title: 'Failure analysis',
  ...onDemand,
  sections: ['decisions', 'failures', 'api-performance', 'race-conditions', ...CLOSING],
};

/** Its sizes are those of the moment in which it is made, so that two of one window may differ. */
export const STORAGE: Kind = {
  id: 'storage',
  title: 'Storage',
  ...onDemand,
  sections: ['storage', ...CLOSING],
};

/** Every kind there is: inputs, command line, windows, sections and titles are read from here. */
export const KINDS: readonly Kind[] = [
  PRODUCTION,
  DAILY,
  WEEKLY,
  MONTHLY,
  QUARTERLY,
  STRATEGY,
  FAILURES,
  STORAGE,
];

function period(calendar: Calendar, bucketS: number): Pick<Kind, 'maxHours' | 'bucketS' | 'calendar'> {
  return { maxHours: CALENDARS[calendar].hours, bucketS, calendar };
}

/** The kind of a limited report without what it is limited to: `strategy` of `strategy@trend-3f9a1c07`. */
export function baseKind(id: string): string {
  return id.split('@', 1)[0] ?? id;
}

/** The kind of that id. Throws with those there are. */
export function kindOf(id: string, kinds: readonly Kind[] = KINDS): Kind {
  const found = kinds.find((kind) => kind.id === baseKind(id));
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
  const kind = KINDS.find((one) => one.id === baseKind(id));
  return kind?.calendar === 'month' || kind?.calendar === 'quarter';
}
