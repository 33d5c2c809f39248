import pg from 'pg';
import type { BotRetention } from '../../audit/bot-retention.ts';
import { troubleOf } from '../../store/trouble.ts';
import { connectForReading, disconnect, TIMEOUTS } from '../database/connect.ts';
import { lostError, refusedError } from '../database/trouble.ts';
import { examineTables, type PurgedTable } from './examine.ts';
import { GENTLE } from './remove-rows.ts';

/** One connection with the role that may remove rows, for as long as `work` takes, and the tables as they are now. */
export async function withPurgedTables<T>(
  bot: string,
  retention: BotRetention,
  work: (client: pg.Client, tables: readonly PurgedTable[]) => Promise<T>,
): Promise<T> {
  const client = await connectForReading(retention.databaseUrl, bot, TIMEOUTS);
  try {
    await client.query(GENTLE);
    return await work(client, await examineTables(client, bot, retention));
  } catch (error) {
    throw isOfDriver(error) ? ofBot(error, retention.databaseUrl, bot) : error;
  } finally {
    await disconnect(client);
  }
}

/** Whose database it was is said here: the driver does not know. */
function ofBot(error: Error, url: string, bot: string): Error {
  const trouble = troubleOf(error);
  return trouble === 'refused' || trouble === 'readOnly' || trouble === 'gone'
    ? refusedError(error, url, bot)
    : lostError(error, url, bot);
}

function isOfDriver(error: unknown): error is Error {
  return (
    error instanceof pg.DatabaseError ||
    (error instanceof Error && error.name === 'Error' && troubleOf(error) !== null)
  );
}
