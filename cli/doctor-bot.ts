import type { BotConfig } from '../audit/configuration.ts';
import { errorMessage } from '../audit/error-message.ts';
import type { ComponentReport } from '../local/component.ts';
import { slowestLines } from './doctor-slowest.ts';
import { scrub } from './scrub.ts';

/**
 * A bot's database as an audit would find it: reached, read with a harmless role, what the mapping gives there, and what
 * took longest when it was read last.
 */
export async function botReport(
  bot: BotConfig,
  secrets: ReadonlySet<string>,
  storeUrl: string,
): Promise<ComponentReport> {
  const { name, mapping } = bot.facts;
  const report = { name: `bot ${name}`, version: null, remedy: null, tookMs: 0 };
  const origin = `mapping ${mapping}`;
  if (bot.databaseUrl === null)
    return { ...report, status: 'idle', origin, detail: 'its database is declared none; nothing to try' };
  const { examineDatabase, examinedLines } = await import('../sources/database/examine.ts');
  try {
    const found = await examineDatabase(bot, bot.databaseUrl, new Date());
    const lines = [...examinedLines(found), ...(await slowestLines(bot, bot.databaseUrl, storeUrl))].map(
      (line) => scrub(line, secrets),
    );
    const failed = found.errors.length > 0;
    return {
      ...report,
      status: failed ? 'failed' : 'works',
      origin,
      detail: lines.join('\n'),
      remedy: failed ? 'Correct the SELECTs of the mapping, or grant what they read.' : null,
    };
  } catch (error) {
    const detail = scrub(errorMessage(error), secrets);
    return { ...report, status: 'failed', origin, detail, remedy: 'Correct it; an audit would not read it.' };
  }
}
