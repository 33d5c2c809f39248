import { createPrng } from '../prng.ts';
import { HOUR_MS, MINUTE_MS } from '../shifts.ts';
import type { DemoRow, World } from '../world.ts';
import { timeCell } from './time-cells.ts';

/** Tasks that fetch data, each at its minute of every so many hours, with how many records it brings. */
const TASKS = [
  { task: 'candles', source: 'binance', everyH: 1, minute: 5, records: [180, 240] },
  { task: 'candles', source: 'bybit', everyH: 1, minute: 7, records: [120, 180] },
  { task: 'funding-rates', source: 'binance', everyH: 8, minute: 11, records: [38, 44] },
  { task: 'listings', source: 'coingecko', everyH: 12, minute: 23, records: [240, 260] },
] as const;

/** Runs began some days before the other tables: data are fetched before anything is traded on them. */
const BEFORE_MS = 3 * 24 * HOUR_MS;
/** Of a hundred runs so many meet a source that is away, and are made again ten minutes later. */
const RETRIED = 0.01;

/** The runs of all tasks in order of time, from numbers of their own: nothing else moves with them. */
export function ingestionRows({ from, asOf }: World): DemoRow[] {
  const rows = TASKS.flatMap(({ task, source, everyH, minute, records }) => {
    const prng = createPrng(`${task}/${source}`, 'ingestion');
    const stepMs = everyH * HOUR_MS;
    const runs = Math.floor((asOf - from + BEFORE_MS) / stepMs);
    return Array.from({ length: runs }, (_, index) => {
      const at = from - BEFORE_MS + index * stepMs + minute * MINUTE_MS + prng.integer(0, 2_900);
      const fetched = prng.integer(records[0], records[1]);
      const row = {
        id: `I-${task}-${source}-${String(index + 1)}`,
        ...{ task, source, status: 'completed', at },
        endAt: at + prng.integer(1_900, 14_000),
        fetched,
        created: fetched - prng.integer(0, 9),
        error: null,
      };
      if (!prng.chance(RETRIED)) return [row];
      const failed = { status: 'failed', fetched: 0, created: 0, error: 'HTTP 503 Service Unavailable' };
      const again = 10 * MINUTE_MS;
      return [
        { ...row, ...failed, id: `${row.id}-f` },
        { ...row, at: at + again, endAt: row.endAt + again },
      ];
    }).flat();
  });
  return rows.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1)).map(cells);
}

interface Run {
  readonly id: string;
  readonly task: string;
  readonly source: string;
  readonly status: string;
  readonly at: number;
  readonly endAt: number;
  readonly fetched: number;
  readonly created: number;
  readonly error: string | null;
}

function cells({ at, endAt, fetched, created, ...row }: Run): DemoRow {
  return {
    ...row,
    started_at: timeCell(at),
    finished_at: timeCell(endAt),
    records_fetched: String(fetched),
    records_created: String(created),
  };
}
