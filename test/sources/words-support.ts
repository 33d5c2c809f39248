import { afterAll, beforeAll } from '@jest/globals';
import pg from 'pg';
import { type EntityName } from '../../audit/contract.ts';
import type { EntityState } from '../../audit/evidence.ts';
import { collectEvidence } from '../../sources/collect.ts';
import {
  requestOf,
  botDatabase,
  botOf,
  freshStore,
  mappingFolderOf,
  queryOf,
  type BotDatabase,
} from './support.ts';

export let bot: BotDatabase;
let store: Awaited<ReturnType<typeof freshStore>>;

beforeAll(async () => {
  [bot, store] = await Promise.all([
    botDatabase(`create table bot.words (n serial, entity text, word text, value text, said text, said_on boolean,
        at timestamptz default '2026-11-20 01:00Z')`),
    freshStore(),
  ]);
});
afterAll(async () => {
  await Promise.all([bot.drop(), store.drop()]);
});

export const RAW: Readonly<Record<string, string>> = {
  event: 'select at, word as type',
  heartbeat: `select at, 'trader' as service, word as status`,
  position: `select n as id, 'A' as symbol, 'long' as side, 1 as quantity, 1 as entry_price, 'closed' as status, at as opened_at,
    at as closed_at, word as exit_reason`,
  order: `select n as id, 'A' as symbol, 'buy' as side, 'limit' as type, 'rejected' as status, 1 as quantity, at as created_at,
    split_part(word, ' ', 1) as exchange, split_part(word, ' ', 2) as reject_code, value as reject_reason`,
  api_call: `select at, word as operation, 'ok' as outcome, split_part(word, ' ', 1) as exchange,
    split_part(word, ' ', 2) as error_code, value as error_class`,
  limit: 'select word as name, 1 as value',
  state: 'select at, word as name, value',
  total: 'select at, word as name, 1 as value',
};
/** What the mapping may say itself, by entity. */
export const SAID: Readonly<Record<string, string>> = {
  event: ', said as kind',
  heartbeat: ', said as kind',
  position: ', said as exit_kind',
  order: ', said as reject_class',
  api_call: ', said as operation_kind',
  limit: ', said as kind',
  state: ', said as kind, said_on as on',
};

export interface Word {
  readonly word: string;
  readonly value?: string | null;
  readonly said?: string | null;
  readonly on?: boolean;
  readonly at?: string;
}

/** The readings of these words of an entity, in their order, and what the preflight says of it. */
export async function read(
  entity: EntityName,
  words: readonly Word[],
  columns: string,
  says = '',
): Promise<{ readonly rows: readonly Record<string, unknown>[]; readonly state: EntityState }> {
  await bot.run('truncate bot.words');
  const client = new pg.Client({ connectionString: bot.adminUrl });
  await client.connect();
  await client.query(
    `insert into bot.words (entity, word, value, said, said_on, at)
     select '${entity}', w.word, w.value, w.said, w."on", coalesce(w.at, '2026-11-20 01:00Z')
     from json_to_recordset($1::json) as w (word text, value text, said text, "on" boolean, at timestamptz)`,
    [JSON.stringify(words)],
  );
  await client.end();
  const mapping = await mappingFolderOf({ [entity]: `${RAW[entity] ?? ''}${says} from bot.words` });
  const { evidence, blobs } = await collectEvidence(
    requestOf(
      botOf({ mapping, databaseUrl: bot.readerUrl }),
      [queryOf(`select ${columns} from @${entity} x`, { entities: [entity] })],
      store.pool,
      { entryIds: ['probe'] },
    ),
  );
  const [run] = evidence.queries;
  const state = evidence.entities.find((one) => one.entity === entity);
  if (run?.status !== 'ok' || state === undefined) throw new Error(run?.error ?? 'nothing was read');
  const rows = (blobs.get(run.rows ?? '') ?? '').split('\n').filter(Boolean);
  return { rows: rows.map((row) => JSON.parse(row) as Record<string, unknown>), state };
}

export async function readings(
  entity: EntityName,
  column: string,
  words: readonly (string | Word)[],
): Promise<unknown[]> {
  const key =
    { position: 'x.exit_reason', event: 'x.type', heartbeat: 'x.status', api_call: 'x.operation' }[
      entity as string
    ] ?? 'x.name';
  const rows = words.map((word) => (typeof word === 'string' ? { word } : word));
  const numbered = {
    reject_class: ['reject_code', 'reject_reason'],
    error_kind: ['error_code', 'error_class'],
  }[column];
  const by = numbered ? `x.exchange || ' ' || coalesce(x.${numbered[0] ?? ''}, '')` : key;
  const also =
    entity === 'state'
      ? `|| '=' || x.value`
      : numbered
        ? `|| '|' || coalesce(x.${numbered[1] ?? ''}, '')`
        : '';
  const { rows: found } = await read(entity, rows, `${by} ${also} as word, x."${column}" as reading`);
  const byWord = new Map(found.map(({ word, reading }) => [word, reading]));
  return rows.map(({ word, value }) =>
    byWord.get(`${word}${entity === 'state' ? `=${value ?? ''}` : numbered ? `|${value ?? ''}` : ''}`),
  );
}
