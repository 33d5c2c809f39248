import pg from 'pg';
import { errorMessage } from '../../audit/error-message.ts';
import { bindParameters, type Parameters } from './compile.ts';
import { inBytes, isUntranslatable } from './encoded-texts.ts';
import { connectForReading, disconnect, encodingOf, transactionSettings, type Timeouts } from './connect.ts';
import { isPassing, lostError } from './trouble.ts';

export type Row = Readonly<Record<string, unknown>>;

/** A statement's own failure; the session goes on. */
export interface StatementError {
  readonly ok: false;
  readonly code: string;
  readonly message: string;
  /** The server's own name of the place that raised it, in no language. */
  readonly routine?: string;
  /** It took all of the time that it had, so many milliseconds. */
  readonly limitMs?: number;
}

export type Answer =
  | { readonly ok: true; readonly rows: readonly Row[]; readonly fields: readonly pg.FieldDef[] }
  | StatementError;

/** The extended protocol takes one statement only, whatever the text holds. The driver's types lack the mode. */
interface OneStatement extends pg.QueryConfig {
  readonly queryMode: 'extended';
}

export interface AskOptions {
  readonly statementMs?: number;
  /** What the server's planner is told for this statement alone. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** One read-only snapshot of the bot's database. */
export interface Session {
  /** Runs a statement with named parameters. A statement's error is an answer; a lost connection throws SourceLost. */
  ask(sql: string, parameters?: Parameters, options?: AskOptions): Promise<Answer>;
  /** A session of its own that sees the same snapshot; null when the database gives no second connection. */
  beside(): Promise<Session | null>;
  /** Of the database, by the server's name; UTF8 where it is not said. */
  readonly encoding?: string;
  /** The question, asked so that a character without UTF-8 costs its cell; null where it has none that could be one. */
  inBytes?(sql: string, parameters?: Parameters): Promise<string | null>;
  close(): Promise<void>;
}

export interface SessionRequest {
  readonly url: string;
  readonly bot: string;
  readonly timeouts: Timeouts;
  /** What passes ends the session with SourceLost, to be opened anew, instead of being a statement's answer. */
  readonly patient?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Waited for between connecting, which takes its time, and the transaction, whose rows are of its beginning. */
  readonly begins?: (() => Promise<unknown>) | undefined;
  /** A snapshot that another session exported. */
  readonly snapshot?: string | undefined;
}

/**
 * Opens the one REPEATABLE READ READ ONLY transaction of an audit. An aborted signal cancels the running statement on
 * the server and makes the session throw the signal's reason.
 */
export async function openSession(request: SessionRequest): Promise<Session> {
  const { url, bot, timeouts, patient, signal } = request;
  signal?.throwIfAborted();
  const client = await connectForReading(url, bot, timeouts);
  const lost = (error: unknown): Error => {
    if (signal?.aborted === true)
      return signal.reason instanceof Error ? signal.reason : new Error('aborted');
    return lostError(error, url, bot);
  };
  const pid = await begin(client, request).catch(async (error: unknown) => {
    await disconnect(client);
    throw lost(error);
  });
  let running = false;
  const onAbort = (): void => {
    if (running) void cancelBackend(request, pid).finally(() => client.connection.stream.destroy());
    else client.connection.stream.destroy();
  };
  signal?.addEventListener('abort', onAbort, { once: true });

  async function run(text: string, values: readonly (string | number)[] = []): Promise<pg.QueryResult<Row>> {
    running = true;
    try {
      const statement: OneStatement = { text, values: [...values], queryMode: 'extended' };
      return await client.query<Row>(statement);
    } finally {
      running = false;
    }
  }

  async function bytesOf(sql: string, parameters: Parameters = {}): Promise<string | null> {
    if (!/^\s*(?:select|with)\b/i.test(sql)) return null;
    const described = await askOnce(`select * from (\n${sql}\n) as x limit 0`, parameters);
    return described.ok ? inBytes(sql, described.fields) : null;
  }

  async function ask(sql: string, parameters: Parameters = {}, options: AskOptions = {}): Promise<Answer> {
    const answer = await askOnce(sql, parameters, options);
    const bytes = isUntranslatable(answer) ? await bytesOf(sql, parameters) : null;
    return bytes === null ? answer : askOnce(bytes, parameters, options);
  }

  async function askOnce(
    sql: string,
    parameters: Parameters = {},
    { statementMs, settings: given = {} }: AskOptions = {},
  ): Promise<Answer> {
    signal?.throwIfAborted();
    const { text, values } = bindParameters(sql, parameters);
    const limitMs = statementMs ?? timeouts.statementMs;
    let begun = performance.now();
    try {
      const limit = (ms: number): Promise<unknown> => run(`set local statement_timeout = ${String(ms)}`);
      const settings = Object.entries(given);
      for (const [name, value] of settings) await run(`set local ${name} = '${value}'`);
      if (statementMs !== undefined) await limit(statementMs);
      begun = performance.now();
      const { rows, fields } = await run(text, values);
      if (statementMs !== undefined) await limit(timeouts.statementMs);
      for (const [name] of settings) await run(`set local ${name} to default`);
      return { ok: true, rows, fields };
    } catch (error) {
      if (signal?.aborted === true) throw lost(error);
      if (!(error instanceof pg.DatabaseError)) {
        // After a client timeout the server still works on the statement; it must not go on for nobody.
        if (/timeout/i.test(errorMessage(error))) await cancelBackend(request, pid);
        throw lost(error);
      }
      // What it says would do, but for a server that speaks another language.
      const isOverTime = error.code === '57014' && performance.now() - begun >= limitMs;
      if (patient === true && isPassing(error) && !isOverTime) throw lost(error);
      // Whether the error ended the session shows here alone. The one savepoint lies before every statement: going back to
      // it costs nothing, since nothing is written.
      await run('rollback to savepoint evidence').catch(() => {
        throw lost(error);
      });
      return {
        ok: false,
        code: error.code ?? '',
        message: errorMessage(error),
        ...(error.routine !== undefined && { routine: error.routine }),
        ...(isOverTime && { limitMs }),
      };
    }
  }

  async function beside(): Promise<Session | null> {
    signal?.throwIfAborted();
    const asked = await run(`select has_function_privilege('pg_export_snapshot()', 'execute') as may`);
    if (asked.rows[0]?.['may'] !== true) return null;
    // Snapshots are not given away from below a savepoint, without which an error would end the whole transaction.
    await run('release savepoint evidence');
    const { rows } = await run('select pg_export_snapshot() as id');
    await run('savepoint evidence');
    return openSession({ ...request, begins: undefined, snapshot: String(rows[0]?.['id']) }).catch(
      () => null,
    );
  }

  return {
    ask,
    beside,
    encoding: encodingOf(client),
    inBytes: bytesOf,
    async close() {
      signal?.removeEventListener('abort', onAbort);
      await disconnect(client);
    },
  };
}

async function begin(client: pg.Client, { timeouts, snapshot, begins }: SessionRequest): Promise<number> {
  await begins?.();
  // One message: the first query takes the snapshot, before the savepoint, so that rolling back to it keeps the snapshot.
  const answers: unknown = await client.query(
    [
      transactionSettings(timeouts),
      ...(snapshot === undefined ? [] : [`set transaction snapshot ${client.escapeLiteral(snapshot)}`]),
      'select pg_backend_pid() as pid',
      // A setting that servers before 17 do not have.
      `select set_config(name, '0', true) from pg_catalog.pg_settings where name = 'transaction_timeout'`,
      'savepoint evidence',
    ].join('; '),
  );
  const [first] = (answers as readonly pg.QueryResult<{ pid: number }>[]).flatMap(({ rows }) => rows);
  return first?.pid ?? 0;
}

/** Asks the server, over the second and last connection, to stop the statement of the first. Best effort. */
async function cancelBackend(request: SessionRequest, pid: number): Promise<void> {
  const timeouts = { statementMs: 1_000, lockMs: 500, connectMs: 2_000 };
  try {
    const client = await connectForReading(request.url, request.bot, timeouts);
    await client.query('select pg_cancel_backend($1)', [pid]).catch(() => undefined);
    await disconnect(client);
  } catch {
    // The server does not answer: its own statement timeout has to do.
  }
}
