import { fileOf, FORMATS, type Format } from '../audit/formats.ts';
import type { Edition, Report } from '../audit/report.ts';
import { windowStamp } from '../audit/time.ts';
import { findReports, type ReportKey, type StoredReport } from '../store/reports.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { failure, FAILURE } from './failures.ts';
import type { ReportReference } from './types.ts';

/** The report's model, read by its hash. */
export async function loadReport(
  { artifacts }: Pick<ActivityDependencies, 'artifacts'>,
  reportHash: string,
): Promise<Report> {
  return JSON.parse((await artifacts.get(reportHash)).toString('utf8')) as Report;
}

/** `publicUrl`: where others reach the report server, if anybody said. */
export function editionOf(reference: Omit<ReportReference, 'evidenceHash'>, publicUrl?: string): Edition {
  const { revision, reportedAt, reportHash } = reference;
  return {
    ...{ revision, reportedAt, reportHash },
    ...(publicUrl !== undefined && { folder: reportFolder(withoutLogin(publicUrl), reference) }),
  };
}

/** A PDF goes to people who must not log in as us. */
function withoutLogin(address: string): string {
  const url = new URL(address);
  url.username = '';
  url.password = '';
  return url.href;
}

export function referenceTo(stored: StoredReport): ReportReference {
  const { bot, kind, window, evidenceHash, reportHash, revision, reportedAt } = stored;
  return { bot, kind, window, evidenceHash, reportHash, revision, reportedAt };
}

/** The row of a report that was recorded. */
export async function storedReport(
  { pool }: ActivityDependencies,
  reference: ReportReference,
): Promise<StoredReport> {
  const { bot, kind, window, reportHash } = reference;
  const found = await findReports(pool, { bot, kind, window, hashPrefix: reportHash });
  const stored = found.find(
    (report) => report.reportHash === reportHash && report.revision === reference.revision,
  );
  if (stored !== undefined) return stored;
  throw failure(
    FAILURE.storeUnavailable,
    `Report ${reportHash} of bot ${bot} is not in the store; was it restored from a backup?`,
  );
}

/** One text for a key, for the outbox. */
export function keyText({ bot, kind, window, scopeHash: scope }: ReportKey): string {
  return `${bot}/${kind}/${windowStamp(window)}/${scope}`;
}

/** Links to the formats that a report has, `/reports/<bot>/<kind>/<window>/report.pdf`; data files are reached from it. */
export function reportUrls(
  baseUrl: string,
  key: Omit<ReportKey, 'scopeHash'>,
  files: Readonly<Record<string, unknown>>,
  formats: readonly Format[] = FORMATS,
): Readonly<Record<string, string>> {
  const folder = reportFolder(baseUrl, key);
  const there = formats.filter(({ id }) => id in files);
  return Object.fromEntries(there.map(({ id }) => [id, `${folder}/${fileOf(id, formats)}`]));
}

function reportFolder(baseUrl: string, { bot, kind, window }: Omit<ReportKey, 'scopeHash'>): string {
  return `${baseUrl.replace(/\/+$/, '')}/reports/${encodeURIComponent(bot)}/${kind}/${windowStamp(window)}`;
}
