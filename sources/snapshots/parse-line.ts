import { z } from 'zod';
import type { ImportedSnapshot } from '../../audit/snapshot.ts';
import { instantOf } from './zoned-time.ts';

export type ParsedLine =
  | { readonly ok: true; readonly row: ImportedSnapshot; readonly ms: number }
  | { readonly ok: false; readonly reason: string };

const count = z.int().min(0).max(2_147_483_647);
const optional = count.nullish().transform((value) => value ?? null);

/** The line of contract.md. What a bot does not count is absent or null, and stays unknown. */
const LINE = z.object({
  timestamp: z.string(),
  metrics: z.object({
    positions: z.record(z.string().max(100), count.nullable()),
    activity: z
      .object({
        new_opened: optional,
        prices_updated: optional,
        ts_activated: optional,
        sl_updates: optional,
        closed: optional,
      })
      .prefault({}),
    issues: z
      .object({
        aged: optional,
        zombies: optional,
        emergency: optional,
        errors: optional,
        ws_reconnects: optional,
      })
      .prefault({}),
  }),
});

/** Gauges beside the exchanges in `positions`. */
const NOT_EXCHANGES: ReadonlySet<string> = new Set(['total', 'unprotected']);
export const LINE_LIMIT = 65_536;

/** One line of a bot's snapshot file; `previousMs` is the time of the line before. */
export function parseSnapshotLine(line: string, timeZone: string, previousMs: number | null): ParsedLine {
  if (line.length > LINE_LIMIT) return { ok: false, reason: `longer than ${String(LINE_LIMIT)} characters` };
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return { ok: false, reason: 'not JSON' };
  }
  const parsed = LINE.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { ok: false, reason: issue ? reasonOf(issue, json) : 'not a snapshot' };
  }
  const { timestamp, metrics } = parsed.data;
  const time = instantOf(timestamp, timeZone, previousMs);
  if (!time.ok) return { ok: false, reason: time.reason };
  const { positions, activity, issues } = metrics;
  const total = positions['total'] ?? null;
  if (total === null) return { ok: false, reason: 'metrics.positions.total is missing' };
  const row: ImportedSnapshot = {
    at: time.iso,
    slot: `${time.iso.slice(0, 16)}:00.000Z`,
    total,
    by_exchange: exchangesOf(positions),
    unprotected: positions['unprotected'] ?? null,
    ...activity,
    ...issues,
    written: timestamp.trim(),
    zone: time.isLocal ? timeZone : null,
  };
  return { ok: true, row, ms: time.ms };
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a whole number',
  int: 'a whole number',
  object: 'a JSON object',
  record: 'a JSON object',
};

/** What is wrong with one field, in words: `timestamp is missing`. */
function reasonOf(issue: z.core.$ZodIssue, json: unknown): string {
  if (issue.path.length === 0) return 'not a JSON object';
  const name = issue.path.map(String).join('.');
  if (valueAt(json, issue.path) === undefined) return `${name} is missing`;
  if (issue.code === 'invalid_type') return `${name} is not ${TYPES[issue.expected] ?? issue.expected}`;
  if (issue.code === 'too_small') return `${name} is below ${String(issue.minimum)}`;
  if (issue.code === 'too_big') return `${name} is above ${String(issue.maximum)}`;
  return `${name} is not what a snapshot holds there`;
}

function valueAt(json: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, step) =>
      typeof value === 'object' && value !== null
        ? (value as Readonly<Record<PropertyKey, unknown>>)[step]
        : undefined,
    json,
  );
}

function exchangesOf(positions: Readonly<Record<string, number | null>>): Readonly<Record<string, number>> {
  const entries = Object.entries(positions).flatMap(([name, value]): [string, number][] =>
    value === null || NOT_EXCHANGES.has(name) ? [] : [[name.trim().toLowerCase(), value]],
  );
  return Object.fromEntries(entries);
}
