import { rm } from 'node:fs/promises';
import type pg from 'pg';
import { dataFilesOf } from '../../activities/data-files.ts';
import type { BotConfig } from '../../audit/configuration.ts';
import { assembleReport } from '../../audit/assemble.ts';
import { evaluateSection } from '../../audit/evaluate.ts';
import type { HistoryWindow, Window } from '../../audit/evidence.ts';
import { sha256 } from '../../audit/hash.ts';
import { historyEntry } from '../../audit/history.ts';
import { kindOf, PRODUCTION } from '../../audit/kinds.ts';
import { entriesOf, type Registry } from '../../audit/registry.ts';
import type { Report } from '../../audit/report.ts';
import { scopedKind, type Scope } from '../../audit/scope.ts';
import type { SectionResult } from '../../audit/section.ts';
import { loadConfig } from '../../config.ts';
import type { DefectPlan } from '../../local/demo/defects/plan.ts';
import { renderJson } from '../../report/json.ts';
import { registry as builtIn } from '../../sections/index.ts';
import { collectEvidence, loadEvidence, openBundle, storeEvidence } from '../../sources/collect.ts';
import { createArtifactStore } from '../../store/artifacts.ts';
import type { ArtifactStore } from '../../audit/artifact.ts';
import { migrate } from '../../store/migrate.ts';
import { createPool } from '../../store/pool.ts';
import { historyBefore, recordReport } from '../../store/reports.ts';
import { freshDatabase } from './postgres.ts';
import { scratchDirectory } from './scratch.ts';
import { filledDemo } from './filled-demo.ts';

export interface Bench {
  readonly pool: pg.Pool;
  readonly artifacts: ArtifactStore;
  readonly botUrl: string;
  readonly storeUrl: string;
  readonly artifactDirectory: string;
  close(): Promise<void>;
}

/** A migrated store, an empty database for a bot, and an artifact folder, all of this test's own. */
export async function createBench(): Promise<Bench> {
  const [store, bot] = await Promise.all([freshDatabase({ name: 'store' }), freshDatabase({ name: 'bot' })]);
  const pool = createPool(store.url);
  await migrate(pool);
  const artifactDirectory = scratchDirectory('artifacts');
  return {
    pool,
    artifacts: createArtifactStore(artifactDirectory),
    botUrl: bot.url,
    storeUrl: store.url,
    artifactDirectory,
    async close() {
      await pool.end();
      await Promise.all([store.drop(), bot.drop(), rm(artifactDirectory, { recursive: true, force: true })]);
    },
  };
}

export interface FilledBench {
  readonly bot: BotConfig;
  readonly policy: Awaited<ReturnType<typeof loadConfig>>['policy'];
  /** Oldest first. */
  readonly shifts: readonly Window[];
}

const HOURS_8 = 8 * 3_600_000;

/** Fills the demo bot with the defects of `plan` and reads its configuration as the demo does. */
export async function fillBench(
  bench: Bench,
  now: string,
  plan?: DefectPlan,
  seed?: string,
): Promise<FilledBench> {
  const filled = await filledDemo({
    botUrl: bench.botUrl,
    storeUrl: bench.storeUrl,
    now,
    readerRole: `reader_${sha256(bench.botUrl).slice(0, 10)}`,
    ...(plan !== undefined && { defects: plan }),
    ...(seed !== undefined && { seed }),
  });
  const config = await loadConfig(new URL('../../local/demo.config.yaml', import.meta.url).pathname, {
    AUDIT_DATABASE_URL: bench.storeUrl,
    DEMO_BOT_DATABASE_URL: filled.readerUrl,
    DEMO_AS_OF: filled.asOf,
    SMTP_URL: 'smtp://127.0.0.1:1025',
  });
  const [bot] = config.bots;
  if (!bot) throw new Error('local/demo.config.yaml has no bot');
  const end = Date.parse(filled.asOf);
  const shifts = [3, 2, 1].map((back) => ({
    from: new Date(end - back * HOURS_8).toISOString(),
    to: new Date(end - (back - 1) * HOURS_8).toISOString(),
  }));
  return { bot, policy: config.policy, shifts };
}

export interface Audited {
  readonly report: Report;
  readonly results: readonly SectionResult[];
  readonly evidenceHash: string;
  readonly reportHash: string;
}

/** One audit without Temporal: collect, store, load, evaluate, assemble; as the activities do it. */
export async function auditWindow(
  bench: Bench,
  request: {
    readonly bot: BotConfig;
    readonly policy: FilledBench['policy'];
    readonly window: Window;
    readonly history?: readonly HistoryWindow[];
    readonly registry?: Registry;
    readonly kind?: string;
    readonly scope?: Scope;
    readonly now?: string;
  },
): Promise<Audited> {
  const { bot, policy, window, history = [], registry = builtIn, now = window.to } = request;
  const kind = kindOf(request.kind ?? PRODUCTION.id, registry.kinds);
  const entryIds = entriesOf(registry, kind.id);
  const sections = registry.sections.filter(({ id }) => entryIds.includes(id));
  const collected = await collectEvidence({
    bot,
    kind: scopedKind(kind.id, request.scope ?? null),
    window,
    ...(request.scope !== undefined && { scope: request.scope }),
    sections,
    entryIds,
    policy,
    history,
    now,
    bucketS: kind.bucketS,
    storePool: bench.pool,
    storeUrl: bench.storeUrl,
  });
  const evidenceHash = await storeEvidence(bench.artifacts, collected);
  const loaded = await loadEvidence(bench.artifacts, evidenceHash);
  const open = openBundle(loaded, kind.bucketS);
  const results = sections.map((section) => evaluateSection(section, open));
  const files = dataFilesOf(loaded, results).map(({ file }) => file);
  const report = assembleReport({
    evidence: loaded.evidence,
    evidenceHash,
    results,
    files,
    registry,
    kindTitle: kind.title,
  });
  return { report, results, evidenceHash, reportHash: sha256(renderJson(report)) };
}

/** The three shifts in turn, each recorded, and with what the store has of the earlier ones as its history. Oldest first. */
export async function auditShifts(bench: Bench, filled: FilledBench): Promise<readonly Audited[]> {
  const { name } = filled.bot.facts;
  const audits: Audited[] = [];
  for (const window of filled.shifts) {
    const history = await historyBefore(bench.pool, name, PRODUCTION.id, window);
    const audited = await auditWindow(bench, { ...filled, window, history });
    audits.push(audited);
    const { report, reportHash, results, evidenceHash } = audited;
    const { verdict, colour, overall } = report.judgement;
    await recordReport(bench.pool, {
      ...{ bot: name, kind: PRODUCTION.id, window, scopeHash: 'whole', reportHash, evidenceHash },
      ...{ verdict, colour, overall, reportedAt: new Date().toISOString() },
      summary: historyEntry(report, reportHash, results),
    });
  }
  return audits;
}
