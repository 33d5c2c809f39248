import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import type { Evidence, QueryRun } from '../../audit/evidence.ts';
import { historyEntry } from '../../audit/history.ts';
import { sha256 } from '../../audit/hash.ts';
import { entriesOf } from '../../audit/registry.ts';
import { asTyped } from '../../config/command-name.ts';
import { reevaluate } from '../../cli/reevaluate.ts';
import { policySections } from '../../config/policy-sections.ts';
import { readPolicy } from '../../config/policy.ts';
import { parseYaml } from '../../config/yaml-source.ts';
import { renderHtml } from '../../report/html.ts';
import { renderJson } from '../../report/json.ts';
import { renderMarkdown } from '../../report/markdown.ts';
import { registry } from '../../sections/index.ts';
import { loadEvidence, storeEvidence } from '../../sources/bundle.ts';
import { createArtifactStore } from '../../store/artifacts.ts';
import { migrate } from '../../store/migrate.ts';
import { createPool } from '../../store/pool.ts';
import { attachFiles, recordReport, type ReportFiles } from '../../store/reports.ts';
import { freshDatabase } from '../support/postgres.ts';
import { botFacts } from '../support/bot-facts.ts';
import { commandLine, type Ended } from './in-process.ts';

export const WINDOW = { from: '2026-11-20T00:00:00.000Z', to: '2026-11-20T08:00:00.000Z' };

/** A store with one finished report whose sources said nothing but for the snapshots, and a CLI that reads it. */
export interface StoredAudit {
  readonly folder: string;
  readonly pool: pg.Pool;
  readonly storeUrl: string;
  readonly evidenceHash: string;
  readonly reportHash: string;
  readonly files: ReportFiles;
  readonly artifacts: ReturnType<typeof createArtifactStore>;
  audit(...args: readonly string[]): Promise<Ended>;
  close(): Promise<void>;
}

export async function createStoredAudit(): Promise<StoredAudit> {
  const folder = await mkdtemp(join(tmpdir(), 'audit-stored-'));
  const database = await freshDatabase({ name: 'cli' });
  const pool = createPool(database.url);
  await migrate(pool);
  const artifacts = createArtifactStore(join(folder, 'artifacts'));
  const config = join(folder, 'audit.config.yaml');
  await writeFile(
    config,
    'bots:\n  demo:\n    environment: paper\n    sources: { database: none, snapshots: required }\nstorage: { artifacts: artifacts }\n',
  );
  const { evidence, blobs } = await evidenceOf();
  const evidenceHash = await storeEvidence(artifacts, { evidence, blobs });
  const { report, written, results } = reevaluate(await loadEvidence(artifacts, evidenceHash));
  const json = renderJson(report);
  const reportHash = sha256(json);
  const key = { bot: 'demo', kind: 'production', window: WINDOW, scopeHash: 'scope', reportHash };
  const { verdict, colour, overall } = report.judgement;
  const reportedAt = '2026-11-20T08:05:00.000Z';
  const { revision } = await recordReport(pool, {
    ...key,
    evidenceHash,
    verdict,
    colour,
    overall,
    reportedAt,
    summary: historyEntry(report, reportHash, results),
  });
  const edition = { revision, reportedAt, reportHash };
  const files = {
    json: await artifacts.put(json),
    // Commands in them are spelled as in this clone, as a worker here writes them.
    md: await artifacts.put(asTyped(renderMarkdown(report, edition), {})),
    html: await artifacts.put(asTyped(renderHtml(report, edition), {})),
    ...Object.fromEntries(
      await Promise.all(
        written.map(async ({ file, content }) => [file.name, await artifacts.put(content)] as const),
      ),
    ),
  };
  await attachFiles(pool, key, files);
  return {
    folder,
    pool,
    storeUrl: database.url,
    evidenceHash,
    reportHash,
    files,
    artifacts,
    audit: (...args) =>
      commandLine([...args, '--config', config], {
        AUDIT_DATABASE_URL: database.url,
        AUDIT_STATE_DIRECTORY: folder,
      }),
    async close() {
      await pool.end();
      await database.drop();
      await rm(folder, { recursive: true });
    },
  };
}

const BOT = botFacts({ mapping: 'none', exchanges: ['binance'], sources: { snapshots: 'required' } });

async function evidenceOf(): Promise<{
  readonly evidence: Evidence;
  readonly blobs: ReadonlyMap<string, string>;
}> {
  const { policy } = readPolicy({}, await policySections(), parseYaml('none', '{}'));
  const rows = Array.from({ length: 480 }, (_unused, minute) => snapshotAt(minute));
  const blob = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  const none = {
    declared: 'none',
    status: 'none',
    dataAsOf: null,
    provisional: false,
    stale: false,
  } as const;
  const evidence: Evidence = {
    version: 1,
    kind: 'production',
    window: WINDOW,
    sections: entriesOf(registry, 'production'),
    bot: BOT,
    policy,
    sources: {
      database: none,
      snapshots: {
        declared: 'required',
        status: 'ok',
        dataAsOf: '2026-11-20T07:59:00.000Z',
        provisional: false,
        stale: false,
      },
      logs: none,
      exchange: none,
      configuration: none,
      code: none,
    },
    entities: [],
    queries: registry.queries.map(({ id, title, source, sql }): QueryRun => {
      const head = { id, title, source, written: sql, sql, parameters: { from: WINDOW.from, to: WINDOW.to } };
      return id === 'snapshots'
        ? { ...head, status: 'ok', rowCount: rows.length, rows: sha256(blob) }
        : { ...head, status: 'skipped', reason: 'not_applicable', rowCount: 0, rows: null };
    }),
    history: [],
    databaseVersion: null,
    alive: true,
  };
  return { evidence, blobs: new Map([[sha256(blob), blob]]) };
}

function snapshotAt(minute: number): Readonly<Record<string, unknown>> {
  const at = new Date(Date.parse(WINDOW.from) + minute * 60_000).toISOString();
  const counts = {
    new_opened: 0,
    prices_updated: 60,
    ts_activated: 0,
    sl_updates: 1,
    closed: 0,
    aged: 0,
    zombies: 0,
    emergency: 0,
    errors: 0,
    ws_reconnects: 0,
  };
  return {
    at,
    slot: at,
    total: 7 + (minute % 5),
    by_exchange: { binance: 7 + (minute % 5) },
    unprotected: 0,
    ...counts,
  };
}
