import type pg from 'pg';
import type { ArtifactStore } from '../audit/artifact.ts';
import { findReports } from '../store/reports.ts';
import type { ReportSource } from './http-server.ts';

/** The archive as the report server sees it. */
export function createReportSource(pool: pg.Pool, artifacts: ArtifactStore): ReportSource {
  return {
    async list() {
      const reports = await findReports(pool, { limit: 200 });
      const seen = new Set<string>();
      // The newest revision of a window comes first.
      return reports.flatMap(({ bot, kind, window, verdict, overall, revision, files }) => {
        const key = `${bot}/${kind}/${window.from}/${window.to}`;
        if (seen.has(key)) return [];
        seen.add(key);
        return [{ bot, kind, window, verdict, overall, revision, files: Object.keys(files) }];
      });
    },
    async find({ bot, kind, window, revision, file }) {
      const reports = await findReports(pool, { bot, kind, window });
      const report = reports.find((one) =>
        revision === null ? one.files[file] !== undefined : one.revision === revision,
      );
      return report?.files[file]?.hash ?? null;
    },
    read: (hash) => artifacts.get(hash),
  };
}
