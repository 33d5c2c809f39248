import type pg from 'pg';
import type { ArtifactStore } from '../audit/artifact.ts';
import { findReports, type StoredReport } from '../store/reports.ts';
import type { ReportSource } from './http-server.ts';
import { createVerdictReader } from './verdict-reader.ts';

/** The archive as the report server sees it. */
export function createReportSource(pool: pg.Pool, artifacts: ArtifactStore): ReportSource {
  const verdictOf = createVerdictReader(artifacts);
  return {
    async list() {
      const reports = await findReports(pool, { limit: 200 });
      const windows = Map.groupBy(
        reports,
        ({ bot, kind, window }) => `${bot}/${kind}/${window.from}/${window.to}`,
      );
      const listed = [];
      for (const revisions of windows.values()) {
        const report = newestArchived(revisions) ?? revisions[0];
        if (report === undefined) continue;
        const { bot, kind, window, revision, files } = report;
        const said = await verdictOf(report);
        listed.push({ bot, kind, window, ...said, revision, files: Object.keys(files) });
      }
      return listed;
    },
    async find({ bot, kind, window, revision, file }) {
      const reports = await findReports(pool, { bot, kind, window });
      // Never a format of an earlier revision: it would say another verdict under the newest one's name.
      const report =
        revision === null ? newestArchived(reports) : reports.find((one) => one.revision === revision);
      return report === undefined
        ? null
        : { revision: report.revision, hash: report.files[file]?.hash ?? null };
    },
    read: (hash) => artifacts.get(hash),
  };
}

/** Of revisions, the newest first, the first that is archived; one that is being rendered has no files yet. */
function newestArchived(reports: readonly StoredReport[]): StoredReport | undefined {
  return reports.find(({ files }) => files['json'] !== undefined);
}
