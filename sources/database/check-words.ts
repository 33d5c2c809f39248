import type { BotConfig } from '../../audit/configuration.ts';
import type { EntityName } from '../../audit/contract.ts';
import { READ_BY } from '../../audit/word-kinds.ts';
import { TIMEOUTS } from './connect.ts';
import { distinctWords, readColumns } from './distinct-words.ts';
import { readMapping } from './mapping.ts';
import { probeEntity } from './relations.ts';
import { refuseWritableRole } from './role-check.ts';
import { openSession, type Session } from './session.ts';
import type { Relation } from './compile.ts';

export interface CheckedColumn {
  readonly entity: EntityName;
  readonly column: string;
  /** Those that are not read first, then by count. `reading` null: not read; `unknown`: the mapping gives no kind of the set. */
  readonly words: readonly {
    readonly word: string;
    readonly rows: number;
    readonly reading: string | null;
  }[];
  /** Distinct words, also those that are not listed, and how many of all are not read. */
  readonly distinct: number;
  readonly unread: number;
}

export interface CheckedWords {
  readonly from: string;
  readonly to: string;
  readonly columns: readonly CheckedColumn[];
  /** What could not be asked, a sentence each. */
  readonly errors: readonly string[];
}

/** As far back as a month's report reaches. */
export const CHECKED_DAYS = 31;
/** Words listed per column. */
const WORDS_SHOWN = 200;

/**
 * Every distinct word of the last 31 days that the contract reads, with what the mapping or a spelling reads it as.
 * @throws SourceLost or SourceRefused when the database cannot or must not be read
 */
export async function checkWords(bot: BotConfig, url: string, now: Date): Promise<CheckedWords> {
  const { name, mapping: mappingName, timeZone } = bot.facts;
  const mapping = await readMapping(bot.mappingFolder ?? mappingName);
  const from = new Date(now.getTime() - CHECKED_DAYS * 86_400_000).toISOString();
  const parameters = { from, to: now.toISOString() };
  const session = await openSession({ url, bot: name, timeouts: TIMEOUTS });
  try {
    await refuseWritableRole(session, mapping, { bot: name, allowed: bot.allowWritableRole, parameters });
    const columns: CheckedColumn[] = [];
    const errors: string[] = [];
    for (const entity of Object.keys(READ_BY) as EntityName[]) {
      const probe = await probeEntity(session, mapping, entity, { timeZone, parameters });
      if (probe.status === 'error') errors.push(probe.error);
      if (probe.status !== 'ok') continue;
      for (const column of readColumns(probe.relation)) {
        const checked = await checkColumn(session, probe.relation, column, parameters);
        if (typeof checked === 'string')
          errors.push(`${entity}.${column} could not be asked for: ${checked}`);
        else columns.push(checked);
      }
    }
    return { ...parameters, columns, errors };
  } finally {
    await session.close();
  }
}

/** The column's words, or why they could not be had. */
async function checkColumn(
  session: Session,
  relation: Relation,
  column: string,
  parameters: { readonly from: string; readonly to: string },
): Promise<CheckedColumn | string> {
  const isRead = `coalesce(d.reading, 'unknown') <> 'unknown'`;
  const answer = await session.ask(
    `select d.*, (count(*) over ())::int as total, (count(*) filter (where not ${isRead}) over ())::int as unread\n` +
      `from (\n${distinctWords(relation, column)}\n) as d order by ${isRead}, d.n desc, d.word limit ${String(WORDS_SHOWN)}`,
    parameters,
  );
  if (!answer.ok) return answer.message;
  const [first] = answer.rows;
  return {
    entity: relation.entity,
    column,
    words: answer.rows.map(({ word, reading, n }) => ({
      word: String(word),
      rows: Number(n),
      reading: typeof reading === 'string' ? reading : null,
    })),
    distinct: Number(first?.['total'] ?? 0),
    unread: Number(first?.['unread'] ?? 0),
  };
}
