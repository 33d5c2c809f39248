import { ZERO, type Money } from '../../audit/decimal.ts';
import { canonicalLines } from '../../audit/hash.ts';
import type { Distribution } from '../../audit/query.ts';
import type { CompiledQuery, Parameters } from './compile.ts';
import { listCounter } from './counted-values.ts';
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

/** Rows that say the same are one: sums added up, values counted and added up exactly. */
export function createPool({ values, counts, total, sums }: Distribution): {
  readonly add: (row: Row) => void;
  readonly rows: () => readonly Row[];
} {
  interface Group {
    readonly row: Record<string, unknown>;
    readonly counted: Map<number, number>;
    total: Money | null;
  }
  const groups = new Map<string, Group>();
  const count = listCounter();
  return {
    add(given) {
      const { [values]: text, ...rest } = given;
      const key = JSON.stringify(Object.entries(rest).filter(([name]) => !sums.includes(name)));
      const group = groups.get(key);
      const next: Group = group ?? { row: { ...rest }, counted: new Map(), total: null };
      if (group !== undefined)
        for (const name of sums) next.row[name] = Number(next.row[name]) + Number(rest[name]);
      const sum = typeof text === 'string' ? count(text, next.counted) : null;
      next.total = sum === null ? next.total : sum.plus(next.total ?? ZERO);
      groups.set(key, next);
    },
    rows: () =>
      [...groups.values()].map(({ row, counted, total: sum }) => {
        const sorted = [...counted].sort(([a], [b]) => a - b);
        return {
          ...row,
          [total]: sum?.toFixed() ?? null,
          [values]: sorted.map(([value]) => value),
          [counts]: sorted.map(([, n]) => n),
        };
      }),
  };
}
