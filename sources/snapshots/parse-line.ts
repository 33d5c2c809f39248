import { z } from 'zod';
import type { SnapshotRow } from '../../audit/snapshot.ts';
import { instantOf } from './zoned-time.ts';

export type ParsedLine =
  | { readonly ok: true; readonly row: SnapshotRow; readonly ms: number }
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
    return {
      ok: false,
      reason: issue ? `${issue.path.map(String).join('.') || 'line'}: ${issue.message}` : 'not a snapshot',
    };
  }
  const { timestamp, metrics } = parsed.data;
  const time = instantOf(timestamp, timeZone, previousMs);
  if (!time.ok) return { ok: false, reason: time.reason };
  const { positions, activity, issues } = metrics;
  const total = positions['total'] ?? null;
  if (total === null) return { ok: false, reason: 'metrics.positions.total is missing' };
  const row: SnapshotRow = {
    at: time.iso,
    slot: `${time.iso.slice(0, 16)}:00.000Z`,
    total,
    by_exchange: exchangesOf(positions),
    unprotected: positions['unprotected'] ?? null,
    ...activity,
    ...issues,
  };
  return { ok: true, row, ms: time.ms };
}

function exchangesOf(positions: Readonly<Record<string, number | null>>): Readonly<Record<string, number>> {
  const entries = Object.entries(positions).flatMap(([name, value]): [string, number][] =>
    value === null || NOT_EXCHANGES.has(name) ? [] : [[name.trim().toLowerCase(), value]],
  );
  return Object.fromEntries(entries);
}
