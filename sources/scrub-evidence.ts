import type { EntityState, Evidence, QueryRun, SourceState } from '../audit/evidence.ts';
import { canonicalJson, sha256 } from '../audit/hash.ts';
import { scrubValue } from '../audit/scrub.ts';

type Scrub = (text: string) => string;

export interface Bundle {
  readonly evidence: Evidence;
  /** Rows as JSON Lines by their hash. */
  readonly blobs: ReadonlyMap<string, string>;
}

/**
 * What a bot writes into its rows is mailed to people: a signed URL in an error text, a key in a configuration row. It
 * is taken out before anything is stored, so no report, file or replay can ever hold it.
 */
export function scrubbedEvidence({ evidence, blobs }: Bundle, scrub: Scrub): Bundle {
  const clean = new Map<string, string>();
  const hashes = new Map<string, string>();
  for (const [hash, blob] of blobs) {
    const text = scrubbedLines(blob, scrub);
    const now = text === blob ? hash : sha256(text);
    clean.set(now, text);
    hashes.set(hash, now);
  }
  const queries = evidence.queries.map((run): QueryRun => ({
    ...run,
    ...(run.error !== undefined && { error: scrub(run.error) }),
    rows: run.rows === null ? null : (hashes.get(run.rows) ?? run.rows),
  }));
  const sources = Object.fromEntries(
    Object.entries(evidence.sources).map(([name, state]) => [name, scrubbedSource(state, scrub)]),
  ) as Evidence['sources'];
  const entities = evidence.entities.map((state) => scrubbedEntity(state, scrub));
  return { evidence: { ...evidence, queries, sources, entities }, blobs: clean };
}

/** Few lines hold anything, and most blobs none: only those are taken apart. */
function scrubbedLines(blob: string, scrub: Scrub): string {
  const isClean = (text: string): boolean => !HAS_OBJECT.test(text) && scrub(text) === text;
  if (isClean(blob)) return blob;
  return blob
    .split('\n')
    .map((line) =>
      isClean(line)
        ? line
        : canonicalJson(scrubbedRow(JSON.parse(line) as Readonly<Record<string, unknown>>, scrub)),
    )
    .join('\n');
}

/** The columns' names are a query's own, `signature` of an error among them; only documents have keys of the bot's. */
function scrubbedRow(row: Readonly<Record<string, unknown>>, scrub: Scrub): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).map(([column, value]) => [column, scrubValue(value, scrub)]));
}

/** A document in a column: its keys may say that a text without any sign of its own is a secret. */
const HAS_OBJECT = /:\{"/;

function scrubbedSource(state: SourceState, scrub: Scrub): SourceState {
  return state.error === undefined ? state : { ...state, error: scrub(state.error) };
}

function scrubbedEntity(state: EntityState, scrub: Scrub): EntityState {
  return {
    ...state,
    ...(state.error !== undefined && { error: scrub(state.error) }),
    ...(state.types !== undefined && { types: state.types.map(scrub) }),
    ...(state.notUtf8 !== undefined && {
      notUtf8: state.notUtf8.map((found) => ({ ...found, value: scrub(found.value) })),
    }),
    ...(state.unread !== undefined && {
      unread: state.unread.map((found) => ({ ...found, word: scrub(found.word) })),
    }),
    unknownSpellings: state.unknownSpellings.map((found) => ({ ...found, value: scrub(found.value) })),
  };
}
