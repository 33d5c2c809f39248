import { pdfProblem } from '../delivery/verify-pdf.ts';
import { ArtifactDamaged } from '../store/artifact-place.ts';
import type { StoredReport } from '../store/reports.ts';
import type { ActivityDependencies } from './dependencies.ts';

/** The PDF as it may be mailed, or the sentence that the mail has in its place; null: it was never made. */
export type AttachedPdf =
  { readonly pdf: Buffer; readonly missing: null } | { readonly pdf: null; readonly missing: string | null };

/** Reads a report's PDF by its hash and checks that it is whole: half a report is worse than a link. */
export async function attachedPdf(
  { artifacts, log }: ActivityDependencies,
  { files, reportHash }: Pick<StoredReport, 'files' | 'reportHash'>,
): Promise<AttachedPdf> {
  const file = files['pdf'];
  if (file === undefined) return { pdf: null, missing: null };
  let problem: string | null;
  try {
    const pdf = await artifacts.get(file.hash);
    problem = await pdfProblem(pdf);
    if (problem === null) return { pdf, missing: null };
  } catch (error) {
    // Any other trouble of the store passes; bytes that are not those that were stored stay wrong.
    if (!(error instanceof ArtifactDamaged)) throw error;
    problem = 'is not what was archived';
  }
  log('warn', 'pdf not mailed', { report: reportHash, problem });
  return {
    pdf: null,
    missing: `the PDF ${problem} and is not attached; \`production-audit render\` makes it again`,
  };
}
