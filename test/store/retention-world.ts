import { readdir, rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { sha256 } from '../../audit/hash.ts';
import type { Retention } from '../../audit/retention.ts';
import type { ArtifactPlace } from '../../store/artifact-place.ts';
import { createArtifactStore } from '../../store/artifacts.ts';
import { migrate } from '../../store/migrate.ts';
import { claimMail, enqueueMails, recordOutcome } from '../../store/outbox.ts';
import { createPool } from '../../store/pool.ts';
import { attachFiles, findReports, recordReport, type StoredReport } from '../../store/reports.ts';
import { insertSnapshots } from '../../store/snapshots.ts';
import { planPurge, pinnedOf, type Plan, type PlanRequest } from '../../store/retention/plan.ts';
import { purgeBatch, type ExecuteContext } from '../../store/retention/execute.ts';
import { findPurge } from '../../store/retention/purges.ts';
import { PURGE_CLASSES } from '../../audit/retention.ts';
import { freshDatabase } from '../support/postgres.ts';
import { scratchDirectory } from '../support/scratch.ts';

export const RETENTION: Retention = {
  snapshotsDays: 120,
  evidenceDays: 400,
  reportsDays: 1_830,
  mailsDays: 1_830,
  unreferencedDays: 45,
  maxSharePercent: 100,
  approvalHours: 72,
  selfApprove: false,
};

const DAY_MS = 86_400_000;

/** A store and an artifact folder of a test's own, with reports of any age. */
export interface RetentionWorld {
  readonly pool: pg.Pool;
  readonly storeUrl: string;
  readonly artifacts: ArtifactPlace;
  readonly directory: string;
  /** A report of a shift that ended that many days ago, with evidence, rows, a PDF and files as old. */
  report(bot: string, daysAgo: number, revision?: number): Promise<StoredReport>;
  /** An artifact as old. */
  file(text: string, daysAgo: number): Promise<string>;
  mail(report: StoredReport, state: string, daysAgo: number): Promise<string>;
  /** A mail of it that a server has accepted, as the outbox and the chain tell it. */
  told(report: StoredReport): Promise<void>;
  snapshots(bot: string, daysAgo: number, count?: number): Promise<void>;
  plan(id: string, change?: Partial<PlanRequest>): Promise<Plan>;
  /** All of a plan. */
  execute(id: string, change?: Partial<ExecuteContext>): Promise<void>;
  files(): Promise<readonly string[]>;
  close(): Promise<void>;
}

export function daysAgo(days: number): string {
  return new Date(Date.now() - days * DAY_MS).toISOString();
}

/** `kept`: artifacts elsewhere than in a folder of its own, as files of `directory`; a store in a database of the caller's own. */
export async function createRetentionWorld(
  kept: {
    readonly artifacts?: ArtifactPlace;
    readonly directory?: string;
    readonly storeUrl?: string;
    /** Makes an artifact as old as this; a file's time by default. */
    readonly age?: (hash: string, at: Date) => Promise<void> | void;
  } = {},
): Promise<RetentionWorld> {
  const database =
    kept.storeUrl === undefined
      ? await freshDatabase({ name: 'retention' })
      : { url: kept.storeUrl, drop: () => Promise.resolve() };
  const pool = createPool(database.url, { max: 10 });
  await migrate(pool);
  const directory = kept.directory ?? scratchDirectory('retention');
  const artifacts = kept.artifacts ?? createArtifactStore(directory);

  const age =
    kept.age ?? ((hash: string, at: Date) => utimes(join(directory, hash.slice(0, 2), hash), at, at));
  const file = async (text: string, days: number): Promise<string> => {
    const { hash } = await artifacts.put(text);
    await age(hash, new Date(daysAgo(days)));
    return hash;
  };

  return {
    pool,
    storeUrl: database.url,
    artifacts,
    directory,
    file,
    async report(bot, days, revision = 1) {
      const to = `${daysAgo(days).slice(0, 10)}T08:00:00.000Z`;
      const name = `${bot} ${to} ${String(revision)}`;
      const rows = await file(`rows of ${bot} ${to}`, days);
      const evidenceHash = await file(JSON.stringify({ name, queries: [{ rows }] }), days);
      const model = await file(`report ${name}`, days);
      const pdf = await file(`pdf ${name}`, days);
      const window = { from: to.replace('T08', 'T00'), to };
      const key = { bot, kind: 'production', window, scopeHash: 'scope', reportHash: model };
      await recordReport(pool, {
        ...key,
        evidenceHash,
        verdict: 'PASS',
        colour: 'GREEN',
        overall: 9,
        reportedAt: to,
        summary: { findings: [], figures: {} },
      });
      await attachFiles(pool, key, { json: { hash: model, bytes: 1 }, pdf: { hash: pdf, bytes: 1 } });
      const found = (await findReports(pool, { bot, window })).find(({ reportHash }) => reportHash === model);
      if (found === undefined) throw new Error('not recorded');
      return found;
    },
    async mail({ reportHash, bot }, state, days) {
      const id = sha256(`${reportHash} ${state} ${String(days)}`).slice(0, 32);
      await pool.query(
        `insert into audit.outbox (id, report_key, revision, recipient, digest, report_hash, message_id, state, told_at, created_at, updated_at)
         values ($1, $2, 1, $3, 'digest', $4, $1, $5, $6, $6, $6)`,
        [id, `${bot}/production/${reportHash}`, `${id}@example.test`, reportHash, state, daysAgo(days)],
      );
      return id;
    },
    async told({ reportHash, reportedAt, bot }) {
      const [mail] = await enqueueMails(pool, {
        ...{ reportKey: `${bot}/production/${reportHash}`, revision: 1, toldAt: reportedAt, digest: 'said' },
        ...{ reportHash, recipients: ['ops@example.test'], domain: 'example.test' },
      });
      const claim = await claimMail(pool, mail?.id ?? '', 'tests');
      if (!claim.claimed) throw new Error('not claimed');
      await recordOutcome(pool, claim.mail.id, claim.fence, 'accepted', '250 OK');
    },
    async snapshots(bot, days, count = 3) {
      const start = Date.parse(daysAgo(days).slice(0, 10));
      const rows = Array.from({ length: count }, (_, index) => {
        const at = new Date(start + index * 60_000).toISOString();
        return { at, slot: at, by_exchange: {}, total: 1 };
      });
      await insertSnapshots(pool, bot, rows as never);
    },
    plan: (id, change = {}) =>
      planPurge(pool, artifacts, {
        id,
        workflowId: `test/${id}`,
        approval: 'person',
        retention: RETENTION,
        maxSharePercent: 100,
        now: new Date().toISOString(),
        openSince: null,
        pinned: [],
        alive: () => undefined,
        ...change,
      }),
    async execute(id, change = {}) {
      const purge = await findPurge(pool, id);
      if (purge === null) throw new Error(`no purge ${id}`);
      const context: ExecuteContext = {
        pool,
        artifacts,
        pinned: pinnedOf({ pinned: [], retention: RETENTION }),
        alive: () => undefined,
        ...change,
      };
      for (const name of PURGE_CLASSES) while ((await purgeBatch(context, purge, name)) > 0);
    },
    async files() {
      const folders = await readdir(directory);
      const names = await Promise.all(folders.map((folder) => readdir(join(directory, folder))));
      return names.flat().sort();
    },
    async close() {
      await pool.end();
      await database.drop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
