import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { CONTRACT, type Contract, type EntityName } from '../../audit/contract.ts';
import { defineQuery as define, type Query } from '../../audit/query.ts';
import { rowsFor } from '../../sources/bundle.ts';
import { collectEvidence, loadEvidence, storeEvidence } from '../../sources/collect.ts';
import { createArtifactStore } from '../../store/artifacts.ts';
import { expectCodeOf } from '../support/page-code.ts';
import { scratchDirectory } from '../support/scratch.ts';
import { requestOf, botDatabase, botOf, freshStore, mappingFolderOf } from './support.ts';

const contract: Contract = {
  ...CONTRACT,
  news: {
    id: '*id',
    at: '*time',
    symbol: '*text',
    side: '*side',
    strength: 'numeric',
  },
};

/** As the compiler lets it through once the entity is in the contract. */
function defineQuery<Row>(
  query: Omit<Query<Row>, 'limit' | 'entities'> & { readonly entities: readonly string[] },
): Query<Row> {
  return define({ ...query, entities: query.entities as readonly EntityName[] });
}

const newsBySide = defineQuery({
  id: 'news-by-side',
  title: 'News of the window by side',
  source: 'database',
  kind: 'aggregate',
  entities: ['news'],
  sql: `select s.side, count(*) as stories, max(s.strength) as strongest from @news s
    where s.at >= :from and s.at < :to group by s.side order by s.side`,
  row: z.object({ side: z.string(), stories: z.number(), strongest: z.string().nullable() }),
});

const SELECT = `
select id, created as at, pair as symbol, direction as side, score as strength from bot.news
`;

let bot: Awaited<ReturnType<typeof botDatabase>>;
let store: Awaited<ReturnType<typeof freshStore>>;
beforeAll(async () => {
  [bot, store] = await Promise.all([
    botDatabase(`create table bot.news (id int, created timestamptz, pair text, direction text, score numeric);
      insert into bot.news values
        (1, '2026-11-20T01:00Z', 'BTCUSDT', 'BUY', 0.7), (2, '2026-11-20T02:00Z', 'BTCUSDT', 'buy', 'NaN'),
        (3, '2026-11-20T03:00Z', 'ETHUSDT', 'sideways', 0.1), (4, '2026-11-19T03:00Z', 'ETHUSDT', 'sell', 0.9)`),
    freshStore(),
  ]);
});
afterAll(async () => {
  await Promise.all([bot.drop(), store.drop()]);
});

async function collected(mapping: Readonly<Record<string, string>>) {
  const { evidence, blobs } = await collectEvidence(
    requestOf(
      botOf({ mapping: await mappingFolderOf(mapping), databaseUrl: bot.readerUrl }),
      [newsBySide],
      store.pool,
      { entryIds: ['probe'], contract },
    ),
  );
  const artifacts = createArtifactStore(join(scratchDirectory('entity'), 'artifacts'));
  const loaded = await loadEvidence(artifacts, await storeEvidence(artifacts, { evidence, blobs }));
  return {
    rows: rowsFor(loaded, newsBySide),
    state: evidence.entities.find(({ entity }) => (entity as string) === 'news'),
  };
}

test('the page has the code of this test', () => expectCodeOf('adding-an-entity.md', import.meta.filename));

test('its rows arrive in normal form, and what could not be read is counted', async () => {
  const { rows, state } = await collected({ news: SELECT });
  expect(rows).toEqual({
    ok: true,
    rows: [
      { side: 'long', stories: 2, strongest: '0.7' },
      { side: 'unknown', stories: 1, strongest: '0.1' },
    ],
  });
  expect(state).toMatchObject({
    status: 'ok',
    everHadRows: true,
    columns: ['id', 'at', 'symbol', 'side', 'strength'],
    unknownSpellings: [{ column: 'side', value: 'sideways', rows: 1 }],
    unusable: [{ column: 'strength', rows: 1 }],
  });
});

test('a mapping without it says so, and a column that it lacks is no reason to refuse it', async () => {
  expect((await collected({})).rows).toMatchObject({ ok: false, reason: 'missing_entity' });
  const { rows, state } = await collected({ news: SELECT.replace(', score as strength', '') });
  expect(rows).toMatchObject({ ok: true, rows: [{ strongest: null }, { strongest: null }] });
  expect(state?.columns).not.toContain('strength');
});
