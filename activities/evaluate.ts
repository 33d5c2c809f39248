import { assembleReport } from '../audit/assemble.ts';
import { evaluateSection, openEvidence, type OpenEvidence } from '../audit/evaluate.ts';
import { canonicalJson } from '../audit/hash.ts';
import { historyEntry } from '../audit/history.ts';
import { kindOf } from '../audit/kinds.ts';
import { plainText } from '../audit/plain-text.ts';
import { NO_HISTORY, recurrenceWords } from '../audit/recurrence.ts';
import type { Report } from '../audit/report.ts';
import type { SectionResult } from '../audit/section.ts';
import { renderJson } from '../report/json.ts';
import { loadEvidence, openBundle } from '../sources/collect.ts';
import { createEvidenceCache } from '../sources/evidence-cache.ts';
import { recordReport } from '../store/reports.ts';
import { activityNow, withHeartbeat } from './activity-context.ts';
import { dataFilesOf } from './data-files.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { scopeHash } from './stored-report.ts';
import type { Assembled, AuditActivities, EvaluatedSection, FileReference } from './types.ts';

type Evaluating = Pick<AuditActivities, 'evaluateSection' | 'assembleReport'>;
const TOP = 5;

/** Evaluates stored evidence. Results are stored by their hash, so that a retry stores nothing twice. */
export function createEvaluating({
  artifacts,
  registry,
  pool,
}: Pick<ActivityDependencies, 'artifacts' | 'registry' | 'pool'>): Evaluating {
  const bundles = createEvidenceCache(
    async (hash) => {
      const loaded = await loadEvidence(artifacts, hash);
      const kind = kindOf(loaded.evidence.kind, registry.kinds);
      return { loaded, kind, open: openBundle(loaded, kind.bucketS) };
    },
    ({ loaded }) => loaded.bytes,
  );

  async function resultOf(evaluated: EvaluatedSection, open: OpenEvidence): Promise<SectionResult> {
    if (evaluated.resultHash !== null) {
      return JSON.parse((await artifacts.get(evaluated.resultHash)).toString('utf8')) as SectionResult;
    }
    // The activity was lost for good: the section, asked without rows, says itself what is unknown then.
    const rowsLost = (): never => {
      throw new Error(evaluated.error ?? 'the section was not evaluated');
    };
    const { evidence, bucketS } = open;
    return evaluateSection(
      registry.section(evaluated.section),
      openEvidence({ evidence, bucketS, rowsFor: rowsLost }),
    );
  }

  return {
    evaluateSection: ({ evidenceHash, section }) =>
      withHeartbeat(async () => {
        const { open } = await bundles.get(evidenceHash);
        const result = evaluateSection(registry.section(section), open);
        const { hash } = await artifacts.put(canonicalJson(result));
        const { findings, figures, error } = result;
        return {
          section,
          resultHash: hash,
          error: error ?? null,
          findings: findings.length,
          figures: figures.length,
        };
      }),

    assembleReport: ({ evidenceHash, sections }) =>
      withHeartbeat(async () => {
        const { loaded, kind, open } = await bundles.get(evidenceHash);
        const { evidence } = loaded;
        const results = await Promise.all(sections.map((section) => resultOf(section, open)));
        const written = dataFilesOf(loaded, results);
        const dataFiles: Record<string, FileReference> = {};
        for (const { file, content } of written) dataFiles[file.name] = await artifacts.put(content);
        const files = written.map(({ file }) => file);
        const report = assembleReport({
          evidence,
          evidenceHash,
          results,
          files,
          registry,
          kindTitle: kind.title,
        });
        const { hash: reportHash } = await artifacts.put(renderJson(report));
        const { judgement } = report;
        const recorded = await recordReport(pool, {
          bot: report.bot.name,
          kind: report.kind,
          window: report.window,
          scopeHash: scopeHash(report.bot.sources, evidence.sections),
          reportHash,
          evidenceHash,
          verdict: judgement.verdict,
          colour: judgement.colour,
          overall: judgement.overall,
          reportedAt: activityNow(),
          summary: historyEntry(report, reportHash),
        });
        return summarised(report, { reportHash, evidenceHash, ...recorded }, dataFiles);
      }),
  };
}

function summarised(
  report: Report,
  record: {
    readonly reportHash: string;
    readonly evidenceHash: string;
    readonly revision: number;
    readonly reportedAt: string;
  },
  dataFiles: Assembled['dataFiles'],
): Assembled {
  const { judgement, findings } = report;
  const figures = new Map(report.figures.map((figure) => [figure.key, figure]));
  const { reportHash, evidenceHash, revision, reportedAt } = record;
  return {
    report: {
      bot: report.bot.name,
      kind: report.kind,
      window: report.window,
      evidenceHash,
      reportHash,
      revision,
      reportedAt,
    },
    verdict: judgement.verdict,
    colour: judgement.colour,
    overall: judgement.overall,
    scores: Object.fromEntries(judgement.scores.map(({ dimension, score }) => [dimension, score])),
    coverage: judgement.coverage,
    topFindings: findings.slice(0, TOP).map(({ severity, rule, title, recurrence }) => ({
      severity,
      rule,
      title: plainText(title, figures).slice(0, 200),
      recurrence: recurrenceWords(recurrence, NO_HISTORY),
    })),
    findings: findings.length,
    dataFiles,
  };
}
