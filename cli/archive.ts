import type { AuditConfig } from '../audit/configuration.ts';
import type { ArtifactPlace } from '../store/artifact-place.ts';
import { chainHead, type ChainHead } from '../store/chain.ts';
import { mailSummaries, type MailSummary } from '../store/outbox-summary.ts';
import { openArtifacts } from '../store/open-artifacts.ts';
import { createPool } from '../store/pool.ts';
import { addHold, listHolds, releaseHolds, type Hold } from '../store/retention/holds.ts';
import { findReports, latestReport, type StoredReport } from '../store/reports.ts';
import { verifyArchive, type Verified, type VerifyRequest } from '../store/verify/verify.ts';
import { CommandError } from './errors.ts';
import { parseReportName, reportName } from './report-name.ts';

/** Where a store's rows and files are. */
export type StorePlace = Pick<AuditConfig, 'storeUrl' | 'artifactDirectory' | 'objectStore'>;

/** The reports and evidence of the configured store. */
export interface Archive {
  readonly artifacts: ArtifactPlace;
  reports(filter: {
    readonly bot?: string;
    readonly kind?: string;
    readonly limit: number;
  }): Promise<readonly StoredReport[]>;
  /** The report that a person names. @throws CommandError with the names that exist */
  named(name: string): Promise<StoredReport>;
  byHash(reportHash: string): Promise<StoredReport>;
  /** The newest report made from this evidence, or null when it was never recorded. */
  byEvidence(evidenceHash: string): Promise<StoredReport | null>;
  /** When a purge removed this evidence of every report that had it, ISO 8601 UTC; null when none did. */
  evidencePurgedAt(evidenceHash: string): Promise<string | null>;
  /** Report hash -> what became of its mails; a report that owed none is absent. */
  mails(reports: readonly StoredReport[]): Promise<ReadonlyMap<string, MailSummary>>;
  /** Id of the hold; null when a purge removed the report first. */
  hold(
    report: StoredReport,
    why: { readonly reason: string; readonly placedBy: string },
  ): Promise<number | null>;
  holds(): Promise<readonly Hold[]>;
  /** How many holds of the report there were. */
  release(report: StoredReport): Promise<number>;
  /** The newest entry of the archive's chain; null in a store of a release before there was one. */
  head(): Promise<ChainHead | null>;
  verify(request: Omit<VerifyRequest, 'pool' | 'artifacts'>): Promise<Verified>;
  close(): Promise<void>;
}

export async function openArchive(config: StorePlace): Promise<Archive> {
  const pool = createPool(config.storeUrl, { max: 2 });
  try {
    await pool.query('select 1');
  } catch (error) {
    await pool.end();
    throw error;
  }
  const byHash = async (reportHash: string): Promise<StoredReport> => {
    const report = await latestReport(pool, { hashPrefix: reportHash });
    if (report === null)
      throw new CommandError(`The store has no report ${reportHash}. \`production-audit list\` shows all.`);
    return report;
  };
  const artifacts = openArtifacts(config);
  return {
    artifacts,
    reports: (filter) => findReports(pool, filter),
    byHash,
    async named(name) {
      const wanted = parseReportName(name);
      if ('hashPrefix' in wanted) {
        const found = await findReports(pool, { ...wanted, limit: 20 });
        const hashes = [...new Set(found.map(({ reportHash }) => reportHash))];
        if (hashes.length > 1) {
          throw new CommandError(
            `"${name}" is the beginning of ${String(hashes.length)} reports: ${hashes.map((hash) => hash.slice(0, 16)).join(', ')}. Write more of it.`,
          );
        }
        if (found[0]) return found[0];
      } else {
        const report = await latestReport(pool, wanted);
        if (report !== null) return report;
      }
      throw new CommandError(
        `There is no report "${name}".${whatThereIs(await findReports(pool, { limit: 3 }))}`,
      );
    },
    async byEvidence(evidenceHash) {
      const { rows } = await pool.query<{ report_hash: string }>(
        'select report_hash from audit.report where evidence_hash = $1 order by confirmed_at desc, revision desc limit 1',
        [evidenceHash],
      );
      return rows[0] ? byHash(rows[0].report_hash) : null;
    },
    async evidencePurgedAt(evidenceHash) {
      const { rows } = await pool.query<{ at: string | null }>(
        `select case when bool_and(evidence_purged_at is not null) then max(evidence_purged_at) end as at
         from audit.report where evidence_hash = $1`,
        [evidenceHash],
      );
      return rows[0]?.at ?? null;
    },
    mails: (reports) =>
      mailSummaries(
        pool,
        reports.map(({ reportHash }) => reportHash),
      ),
    hold: (report, why) => addHold(pool, report, why),
    holds: () => listHolds(pool),
    release: (report) => releaseHolds(pool, report),
    head: () => chainHead(pool),
    verify: (request) => verifyArchive({ ...request, pool, artifacts }),
    close: () => pool.end(),
  };
}

function whatThereIs(newest: readonly StoredReport[]): string {
  if (newest.length === 0) return ' The store is empty; `production-audit run` makes the first.';
  return ` The newest are:\n${newest.map((report) => `  ${reportName(report)}`).join('\n')}\n\`production-audit list\` shows all.`;
}
