/** A report kind: what it shows, how long its window may be, how wide its timelines' buckets are. */
export interface Kind {
  /** Stands in URLs, workflow ids and the command line: lower case letters and dashes. */
  readonly id: string;
  readonly title: string;
  /** Longest window. */
  readonly maxHours: number;
  readonly bucketS: number;
  /** The window must be this calendar period in UTC. */
  readonly calendar: 'month' | null;
  /** Ids of the entries that it shows, in the registry's order whatever theirs is; `all`: every one. */
  readonly sections: 'all' | readonly string[];
}

export const PRODUCTION: Kind = {
  id: 'production',
  title: 'Production audit',
  maxHours: 24,
  bucketS: 3_600,
  calendar: null,
  sections: 'all',
};

export const MONTHLY: Kind = {
  id: 'monthly',
  title: 'Monthly audit',
  maxHours: 31 * 24,
  bucketS: 86_400,
  calendar: 'month',
  sections: 'all',
};

/** Every kind there is: inputs, command line, windows, sections and titles are read from here. */
export const KINDS: readonly Kind[] = [PRODUCTION, MONTHLY];

/** The kind of that id. Throws with those there are. */
export function kindOf(id: string, kinds: readonly Kind[] = KINDS): Kind {
  const found = kinds.find((kind) => kind.id === id);
  if (found !== undefined) return found;
  throw new Error(`no report kind ${id}; there are ${kinds.map((kind) => kind.id).join(', ')}`);
}

/** The kind that an input means when it may leave it out: a month is the monthly one's. */
export function kindMeant(input: { readonly kind?: string; readonly month?: string }): string {
  return input.kind ?? (input.month === undefined ? PRODUCTION : MONTHLY).id;
}
