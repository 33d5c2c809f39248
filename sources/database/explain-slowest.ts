import type { Parameters } from './compile.ts';
import { TIMEOUTS } from './connect.ts';
import { missingIndexes } from './missing-index.ts';
import { openSession } from './session.ts';

/** For each statement the indexes that it lacks, as SQL; asks the bot's database for plans only. @throws SourceLost, SourceRefused */
export async function explainSlowest(
  { url, bot }: { readonly url: string; readonly bot: string },
  statements: readonly { readonly sql: string; readonly parameters: Parameters }[],
): Promise<readonly (readonly string[])[]> {
  const session = await openSession({ url, bot, timeouts: TIMEOUTS });
  try {
    const indexes: (readonly string[])[] = [];
    for (const { sql, parameters } of statements)
      indexes.push(await missingIndexes(session, sql, parameters));
    return indexes;
  } finally {
    await session.close();
  }
}
