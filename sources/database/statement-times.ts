import type { Ran } from '../query-run.ts';
import type { Parameters } from './compile.ts';
import type { Mapping } from './mapping.ts';
import type { Session } from './session.ts';

/** One statement of an audit as it ran. Its time is no evidence: that is the same however long it took. */
export interface StatementRun {
  /** A query's id, or what is asked before and after the queries: "checks of fill". */
  readonly name: string;
  readonly sql: string;
  readonly parameters: Parameters;
  readonly ms: number;
  readonly rows: number;
  /** Why it gave nothing. */
  readonly error: string | null;
}

type Asked = Omit<StatementRun, 'name'>;

const CURSOR = /^declare evidence_rows no scroll cursor for\n/;
const CURSOR_USE = /^(fetch forward|close)\b/;

/** The same session, whose statements are kept with their times; a cursor's fetches count as the statement that it reads. */
export function timedSession(session: Session): {
  readonly session: Session;
  readonly asked: readonly Asked[];
} {
  const asked: Asked[] = [];
  const timed: Session = {
    ...session,
    async ask(sql, parameters = {}, options = {}) {
      const start = performance.now();
      const answer = await session.ask(sql, parameters, options);
      const ms = performance.now() - start;
      const rows = answer.ok ? answer.rows.length : 0;
      const error = answer.ok ? null : answer.message;
      const last = asked.at(-1);
      // A cursor's rows, or another part of the window, belong to the statement before.
      if (last !== undefined && (CURSOR_USE.test(sql) || sql === last.sql))
        asked[asked.length - 1] = {
          ...last,
          ms: last.ms + ms,
          rows: last.rows + rows,
          error: error ?? last.error,
        };
      else asked.push({ sql: sql.replace(CURSOR, ''), parameters, ms, rows, error });
      return answer;
    },
  };
  return { session: timed, asked };
}

/** Statements with the names that people know them by: queries by their ids, others by the entity that they look at. */
export function namedStatements(
  asked: readonly Asked[],
  ran: readonly Ran[],
  mapping: Mapping,
): readonly StatementRun[] {
  const ids = new Map(ran.map(({ run }) => [run.sql, run.id]));
  const selects = [...mapping.selects].map(([entity, select]) => ({ entity, select: oneLine(select) }));
  return asked.map((one) => ({ ...one, name: ids.get(one.sql) ?? checkName(oneLine(one.sql), selects) }));
}

function checkName(
  sql: string,
  selects: readonly { readonly entity: string; readonly select: string }[],
): string {
  const found = selects.find(({ select }) => sql.includes(select));
  return found === undefined ? 'the catalogue' : `checks of ${found.entity}`;
}

function oneLine(sql: string): string {
  return sql.replaceAll(/\s+/g, ' ').trim();
}
