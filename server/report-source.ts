import type pg from 'pg';
import type { ArtifactStore } from '../audit/artifact.ts';
import { newestReports } from '../store/newest-reports.ts';
import { findReports, type StoredReport } from '../store/reports.ts';
import type { ReportSource } from './http-server.ts';
import type { Revision } from './report-path.ts';
import { createVerdictReader, type Said } from './verdict-reader.ts';

/** Windows of a bot and kind that the list shows. */
const WINDOWS = 14;
/** Reports that one view of the list reads beside the newest ones: a fleet's first view must not keep the worker busy. */
const READ_AT_ONCE = 200;

/** The archive as the report server sees it. */
export function createReportSource(pool: pg.Pool, artifacts: ArtifactStore): ReportSource {
  const reader = createVerdictReader(artifacts);

  /** What the reports say themselves: the newest of each bot and kind always, of the others some more with each view. */
  async function saidOf(shown: readonly StoredReport[]): Promise<(report: StoredReport) => Said> {
    const rows = [...Map.groupBy(shown, ({ bot, kind }) => `${bot}/${kind}`).values()];
    const newest = new Set(rows.flatMap(([first]) => first ?? []));
    const others = shown.filter((report) => !newest.has(report) && reader.known(report) === undefined);
    const read = new Map<StoredReport, Said>();
    for (const report of [...newest, ...others.slice(0, READ_AT_ONCE)])
      read.set(report, reader.known(report) ?? (await reader.read(report)));
    return (report) => read.get(report) ?? reader.known(report) ?? rowOf(report);
  }

  /** Never an earlier revision: it would say another verdict under the newest one's name. */
  async function answering({ revision, ...key }: Revision): Promise<StoredReport | undefined> {
    const reports = await findReports(pool, key);
    return revision === null ? newestArchived(reports) : reports.find((one) => one.revision === revision);
  }

  return {
    async list() {
      const windows = Map.groupBy(
        await newestReports(pool, WINDOWS),
        ({ bot, kind, window }) => `${bot}/${kind}/${window.from}/${window.to}`,
      );
      const shown = [...windows.values()].flatMap(
        (revisions) => newestArchived(revisions) ?? revisions[0] ?? [],
      );
      const said = await saidOf(shown);
      return shown.map((report) => {
        const { bot, kind, window, revision, files } = report;
        return { bot, kind, window, ...said(report), revision, files: Object.keys(files) };
      });
    },
    async find({ file, ...asked }) {
      const report = await answering(asked);
      return report === undefined
        ? null
        : { revision: report.revision, hash: report.files[file]?.hash ?? null };
    },
    async run(asked) {
      const report = await answering(asked);
      return report === undefined ? null : { revision: report.revision, run: report.run ?? null };
    },
    async latest(bot, kind) {
      const reports = await findReports(pool, { bot, ...(kind !== null && { kind }), limit: 50 });
      const report = newestArchived(reports);
      return report === undefined
        ? null
        : { kind: report.kind, window: report.window, files: Object.keys(report.files) };
    },
    read: (hash) => artifacts.get(hash),
  };
}

/** What the store says of a report that was not read yet. */
function rowOf({ verdict, overall }: StoredReport): Said {
  return { verdict, overall, findings: null, top: null };
}

/** Of revisions, the newest first, the first that is archived; one that is being rendered has no files yet. */
function newestArchived(reports: readonly StoredReport[]): StoredReport | undefined {
  return reports.find(({ files }) => files['json'] !== undefined);
}
