import type { BotConfig } from '../audit/configuration.ts';
import { windowShort } from '../audit/window-title.ts';
import type { CostlyStatement, LastCollection } from '../store/collections.ts';
import { pad } from './ansi.ts';

/** What took longest when a bot was read last, and the indexes that would help; nothing when no store tells of it. */
export async function slowestLines(
  bot: BotConfig,
  url: string,
  storeUrl: string,
): Promise<readonly string[]> {
  const last = await lastOf(bot.facts.name, storeUrl);
  if (last === null) return [];
  const { explainSlowest } = await import('../sources/database/explain-slowest.ts');
  const indexes = await explainSlowest({ url, bot: bot.facts.name }, last.slowest);
  const told = new Set<string>();
  return [
    `slowest when it was read last, ${windowShort(last.window)}:`,
    ...last.slowest.flatMap((statement, index) => {
      const fresh = (indexes[index] ?? []).filter((sql) => !told.has(sql));
      for (const sql of fresh) told.add(sql);
      return [statementLine(statement), ...fresh.map((sql) => `    would help, to review: ${sql}`)];
    }),
  ];
}

function statementLine({ name, ms, rows, error }: CostlyStatement): string {
  const what = error === null ? `${String(rows)} ${rows === 1 ? 'row' : 'rows'}` : error;
  return `  ${pad(name, 24)} ${ms < 1_000 ? `${ms.toFixed(0)} ms` : `${(ms / 1_000).toFixed(1)} s`}, ${what}`;
}

/** A store that is not there, or of before times were kept, is no fault of the bot's. */
async function lastOf(bot: string, storeUrl: string): Promise<LastCollection | null> {
  const [{ createPool }, { lastCollection }] = await Promise.all([
    import('../store/pool.ts'),
    import('../store/collections.ts'),
  ]);
  const pool = createPool(storeUrl, { max: 1 });
  try {
    return await lastCollection(pool, bot).catch(() => null);
  } finally {
    await pool.end();
  }
}
