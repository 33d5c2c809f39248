import type { ArtifactStore } from '../audit/artifact.ts';
import { assembleReport } from '../audit/assemble.ts';
import { evaluateSection, openEvidence, type OpenEvidence } from '../audit/evaluate.ts';
import { canonicalJson } from '../audit/hash.ts';
import { historyEntry } from '../audit/history.ts';
import { kindOf } from '../audit/kinds.ts';
import { plainText } from '../audit/plain-text.ts';
import { NO_HISTORY, recurrenceWords } from '../audit/recurrence.ts';
import type { Registry } from '../audit/registry.ts';
import type { Report } from '../audit/report.ts';
import type { SectionResult } from '../audit/section.ts';
import { renderJson } from '../report/json.ts';
import { loadEvidence, openBundle } from '../sources/collect.ts';
import { createEvidenceCache } from '../sources/evidence-cache.ts';
import type { NewReport } from '../store/reports.ts';
import { dataFilesOf } from './data-files.ts';
import { scopeHash } from './scope-hash.ts';
import type { Assembled, EvaluatedSection, FileReference } from './types.ts';

/** A report that is stored and not yet recorded; plain data, so that it can come from another thread. */
export interface AssembledReport {
  readonly record: Omit<NewReport, 'reportedAt'>;
  readonly summary: Omit<Assembled, 'report'>;
}

/**
 * What is computed of stored evidence: seconds of CPU without a pause. A worker does it beside its event loop, which has
 * heartbeats, health checks and other audits to serve. `signal` gives up what nobody waits for any more.
 */
export interface Evaluation {
  evaluateSection(
    request: { readonly evidenceHash: string; readonly section: string },
    signal?: AbortSignal,
  ): Promise<EvaluatedSection>;
  assembleReport(
    request: { readonly evidenceHash: string; readonly sections: readonly EvaluatedSection[] },
    signal?: AbortSignal,
  ): Promise<AssembledReport>;
}

const TOP = 5;
const ACTIONS = 3;

/** Evaluates in this thread. Results are stored by their hash, so that a retry stores nothing twice. */
export function createEvaluation(artifacts: ArtifactStore, registry: Registry): Evaluation {
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
    async evaluateSection({ evidenceHash, section }) {
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
    },

    async assembleReport({ evidenceHash, sections }) {
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
      const { verdict, colour, overall } = report.judgement;
      return {
        record: {
          bot: report.bot.name,
          kind: report.kind,
          window: report.window,
          scopeHash: scopeHash(report.bot.sources, evidence.sections, evidence.scope),
          reportHash,
          evidenceHash,
          verdict,
          colour,
          overall,
          summary: historyEntry(report, reportHash, results),
        },
        summary: { ...summarised(report), dataFiles },
      };
    },
  };
}

function summarised({
  judgement,
  findings,
  figures: all,
  front,
}: Report): Omit<AssembledReport['summary'], 'dataFiles'> {
  const figures = new Map(all.map((figure) => [figure.key, figure]));
  return {
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
    actions: front.actions.slice(0, ACTIONS).map(({ title }) => plainText(title, figures).slice(0, 300)),
  };
}
