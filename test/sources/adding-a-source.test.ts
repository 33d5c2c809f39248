import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import type { BotConfig } from '../../audit/configuration.ts';
import type { Declared, Evidence } from '../../audit/evidence.ts';
import { defineQuery } from '../../audit/query.ts';
import type { Rows } from '../../audit/section.ts';
import { rowsFor } from '../../sources/bundle.ts';
import { collectEvidence, loadEvidence, SOURCES, storeEvidence } from '../../sources/collect.ts';
import { asWritten, ranQuery } from '../../sources/query-run.ts';
import { unread, type Source } from '../../sources/source.ts';
import { createArtifactStore } from '../../store/artifacts.ts';
import { expectCodeOf } from '../support/page-code.ts';
import { scratchDirectory } from '../support/scratch.ts';
import { requestOf, botOf, freshStore } from './support.ts';

interface Line {
  readonly time: string;
  readonly level: string;
}

/** The bot's log; each query of it is answered with the lines of the window. */
function logsIn(path: string): Source {
  const logs = { name: 'logs', entities: [] } as const;
  return {
    ...logs,
    async collect(question) {
      const { queries, request } = question;
      const { window, bot } = request;
      if (bot.facts.sources.logs === 'none')
        return unread(logs, question, { status: 'none', error: 'this bot declares no logs' });
      const text = await readFile(path, 'utf8').catch(() => null);
      if (text === null) return unread(logs, question, { status: 'failed', error: `${path} cannot be read` });
      const lines = text.split('\n').filter((line) => line !== '');
      const rows = lines
        .map((line) => JSON.parse(line) as Line)
        .filter(({ time }) => time >= window.from && time < window.to);
      return {
        status: 'ok',
        dataAsOf: rows.at(-1)?.time ?? null,
        entities: [],
        ran: queries.map((query) => ranQuery(query, asWritten(query), rows)),
        alive: rows.length > 0,
      };
    },
  };
}

const logLines = defineQuery({
  id: 'log-lines',
  title: 'Lines of the log in the window',
  source: 'logs',
  kind: 'rows',
  entities: [],
  sql: 'the lines of the window',
  row: z.object({ time: z.string(), level: z.string() }),
});

const folder = scratchDirectory('logs');
const path = join(folder, 'bot.log');
let store: Awaited<ReturnType<typeof freshStore>>;
beforeAll(async () => {
  store = await freshStore();
  const line = (time: string, level: string): string => `${JSON.stringify({ time, level })}\n`;
  await writeFile(
    path,
    line('2026-11-19T23:59:00.000Z', 'info') +
      line('2026-11-20T01:00:00.000Z', 'error') +
      line('2026-11-20T07:58:00.000Z', 'info'),
  );
});
afterAll(() => store.drop());

async function collected(
  declared: Declared,
  log: string,
): Promise<{ readonly evidence: Evidence; readonly rows: Rows<unknown> }> {
  const bot = botOf({ mapping: 'native', databaseUrl: null, database: 'none' });
  const sources = { ...bot.facts.sources, logs: declared };
  const reading: BotConfig = { ...bot, facts: { ...bot.facts, sources } };
  const found = await collectEvidence(requestOf(reading, [logLines], store.pool, { entryIds: ['probe'] }), [
    ...SOURCES,
    logsIn(log),
  ]);
  const artifacts = createArtifactStore(join(folder, 'artifacts'));
  const loaded = await loadEvidence(artifacts, await storeEvidence(artifacts, found));
  return { evidence: loaded.evidence, rows: rowsFor(loaded, logLines) };
}

test('the page has the code of this test', () => expectCodeOf('adding-a-source.md', import.meta.filename));

test('its rows reach the section, and its state the report', async () => {
  const { evidence, rows } = await collected('required', path);
  expect(rows).toEqual({
    ok: true,
    rows: [
      { time: '2026-11-20T01:00:00.000Z', level: 'error' },
      { time: '2026-11-20T07:58:00.000Z', level: 'info' },
    ],
  });
  expect(evidence).toMatchObject({
    alive: true,
    sources: {
      logs: { declared: 'required', status: 'ok', dataAsOf: '2026-11-20T07:58:00.000Z', stale: false },
      database: { status: 'none' },
      exchange: { status: 'none' },
    },
  });
});

test('one that cannot be read, or is not declared, gives a reason and no rows', async () => {
  const lost = await collected('required', join(folder, 'gone.log'));
  expect(lost.rows).toMatchObject({ ok: false, reason: 'source_failed' });
  expect(lost.evidence.sources.logs).toMatchObject({ status: 'failed', provisional: false });
  const none = await collected('none', path);
  expect(none.rows).toMatchObject({ ok: false, reason: 'not_applicable' });
  expect(none.evidence).toMatchObject({ alive: false, sources: { logs: { status: 'none' } } });
});
