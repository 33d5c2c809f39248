import { assembleReport, datasetsOf } from './assemble.ts';
import type { Dataset } from './block.ts';
import { evaluateSection, type OpenEvidence } from './evaluate.ts';
import type { Registry } from './registry.ts';
import type { DataFile, Report } from './report.ts';

/** Sections, then assembly, in one process: what the workflow does in activities, for offline renders and tests. */
export function evaluateReport(request: {
  readonly open: OpenEvidence;
  readonly evidenceHash: string;
  readonly registry: Registry;
  readonly kindTitle: string;
  /** Describes the data files of these tables; the caller writes them. */
  readonly files: (datasets: readonly Dataset[]) => readonly DataFile[];
}): Report {
  const { open, evidenceHash, registry, kindTitle } = request;
  const results = registry.sections
    .filter(({ id }) => open.evidence.sections.includes(id))
    .map((section) => evaluateSection(section, open));
  const files = request.files(datasetsOf(results));
  return assembleReport({ evidence: open.evidence, evidenceHash, results, files, registry, kindTitle });
}
