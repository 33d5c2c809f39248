import type pg from 'pg';
import type { BotRetention } from '../../audit/bot-retention.ts';
import { connectForReading, disconnect, TIMEOUTS } from '../database/connect.ts';
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
  } finally {
    await disconnect(client);
  }
}
