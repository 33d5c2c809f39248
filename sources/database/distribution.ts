import { money } from '../../audit/decimal.ts';
import { canonicalLines } from '../../audit/hash.ts';
import type { Distribution } from '../../audit/query.ts';
import type { CompiledQuery, Parameters } from './compile.ts';
import type { Fetched, RowLimits } from './fetch-rows.ts';
import type { Row, Session } from './session.ts';

/** From this many rows on a second connection pays for itself. */
const SHARED_ROWS = 200_000;
/** Values of one part stand in the server's memory, eight bytes each, and cross the line as one text. */
const PART_ROWS = 2_000_000;
/** The server takes words as independent of each other and would sort all rows for groups that do not exist. */
const HASHED = { enable_sort: 'off', work_mem: '64MB' };

/**
 * Reads every value of a distribution, in parts of the window over two connections of one snapshot when there are many,
 * and counts them here: a hash table of values in the server costs twice as much as sending them.
 */
export async function fetchDistribution(
  session: Session,
  distribution: Distribution,
  { sql, parameters }: CompiledQuery,
  limits: RowLimits,
): Promise<Fetched> {
  const parts = partsOf(parameters, await estimatedRows(session, sql, parameters));
  const second = parts.length === 1 ? null : await session.beside();
  const pool = createPool(distribution);
  const failed: Fetched[] = [];
  const read = async (own: Session): Promise<void> => {
    for (let part = parts.shift(); part !== undefined && failed.length === 0; part = parts.shift()) {
      const answer = await own.ask(sql, part, { settings: HASHED });
      if (answer.ok) answer.rows.forEach(pool.add);
      else failed.push(answer);
    }
  };
  try {
    await Promise.all([session, ...(second === null ? [] : [second])].map(read));
  } finally {
    await second?.close();
  }
  const [failure] = failed;
  if (failure !== undefined) return failure;
  const lines = canonicalLines(pool.rows());
  if (lines.length > limits.rows)
    return { ok: true, complete: false, exceeded: `more than ${String(limits.rows)} rows` };
  return { ok: true, complete: true, lines };
}

/** The planner's guess of the window's rows: it only decides how the reading is cut. */
async function estimatedRows(session: Session, sql: string, parameters: Parameters): Promise<number> {
  const answer = await session.ask(`explain (format json) ${sql}`, parameters);
  const [row] = answer.ok ? answer.rows : [];
  const [explained] = (row?.['QUERY PLAN'] ?? []) as readonly { readonly Plan: Plan }[];
  return explained === undefined ? 0 : mostRows(explained.Plan);
}

interface Plan {
  readonly 'Plan Rows': number;
  readonly Plans?: readonly Plan[];
}

function mostRows(plan: Plan): number {
  return Math.max(plan['Plan Rows'], ...(plan.Plans ?? []).map(mostRows));
}

/** The window cut into parts of equal length: one when there is little to read. */
function partsOf(parameters: Parameters, rows: number): Parameters[] {
  const [from, to] = [Date.parse(String(parameters['from'])), Date.parse(String(parameters['to']))];
  const count = rows < SHARED_ROWS ? 1 : 2 * Math.ceil(rows / (2 * PART_ROWS));
  if (count === 1 || !(to - from >= count)) return [parameters];
  const edge = (index: number): string =>
    index === count
      ? String(parameters['to'])
      : new Date(from + Math.floor(((to - from) * index) / count)).toISOString();
  return Array.from({ length: count }, (_, index) => ({
    ...parameters,
    from: index === 0 ? String(parameters['from']) : edge(index),
    to: edge(index + 1),
  }));
}

/** Rows that say the same are one: sums added up, values counted. */
export function createPool({ values, counts, sums }: Distribution): {
  readonly add: (row: Row) => void;
  readonly rows: () => readonly Row[];
} {
  const groups = new Map<string, { row: Record<string, unknown>; counted: Map<number, number> }>();
  const scratch = new Uint32Array(65_536);
  return {
    add(given) {
      const { [values]: text, ...rest } = given;
      const key = JSON.stringify(Object.entries(rest).filter(([name]) => !sums.includes(name)));
      const group = groups.get(key);
      const counted = group?.counted ?? new Map<number, number>();
      countValues(typeof text === 'string' ? text : '', counted, scratch);
      const row = group?.row ?? { ...rest };
      for (const name of sums) row[name] = added(group === undefined ? null : row[name], rest[name]);
      groups.set(key, { row, counted });
    },
    rows: () =>
      [...groups.values()].map(({ row, counted }) => {
        const sorted = [...counted].sort(([a], [b]) => a - b);
        return { ...row, [values]: sorted.map(([value]) => value), [counts]: sorted.map(([, n]) => n) };
      }),
  };
}

/** Numbers as such, numerics as exact texts that are the same however they came in parts; what neither knows is unknown. */
function added(a: unknown, b: unknown): unknown {
  if (b === null) return a;
  if (typeof b === 'number') return Number(a ?? 0) + b;
  return money((a as string | null) ?? '0')
    .plus(b as string)
    .toFixed();
}

const [DIGIT_0, DIGIT_9] = [48, 57];

/** Adds the whole numbers of `{12,7,12}` to `counted`; the small ones by way of `scratch`, which is all zeros again. */
function countValues(text: string, counted: Map<number, number>, scratch: Uint32Array): void {
  const seen: number[] = [];
  for (let index = 0, value = -1; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code >= DIGIT_0 && code <= DIGIT_9) {
      value = (value < 0 ? 0 : value * 10) + code - DIGIT_0;
      continue;
    }
    if (value >= scratch.length) counted.set(value, (counted.get(value) ?? 0) + 1);
    else if (value >= 0) {
      const before = scratch[value] ?? 0;
      if (before === 0) seen.push(value);
      scratch[value] = before + 1;
    }
    value = -1;
  }
  for (const value of seen) {
    counted.set(value, (counted.get(value) ?? 0) + (scratch[value] ?? 0));
    scratch[value] = 0;
  }
}
