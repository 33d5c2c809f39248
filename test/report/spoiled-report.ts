import type { Report } from '../../audit/report.ts';
import { hours, sections } from './sample-sections.ts';
import { sample } from './sample-report.ts';

/** Where data enters a report: each carrier puts the text into one kind of place. */
export const CARRIERS: Readonly<Record<string, (report: Report, text: string) => Report>> = {
  'bot facts': (report, text) => ({
    ...report,
    kindTitle: text,
    databaseVersion: text,
    bot: {
      ...report.bot,
      name: text,
      exchanges: [text, 'bybit'],
      auditor: text,
      version: text,
      overrides: [text],
    },
  }),
  cells: (report, text) => ({
    ...report,
    datasets: report.datasets.map((dataset) => ({
      ...dataset,
      title: text,
      file: text,
      columns: dataset.columns.map((column) => ({ ...column, title: text, unit: 'text' as const })),
      rows: dataset.rows.slice(0, 9).map((row) => row.map(() => text)),
    })),
  }),
  findings: (report, text) => ({
    ...report,
    findings: report.findings.map((finding) => ({
      ...finding,
      rule: text,
      venue: text,
      title: [text],
      description: [{ strong: text }, { code: text }],
      cause: { ...finding.cause, text: [text], location: text, predicates: [{ text, held: true }] },
      detection: [text],
      recommendation: [text],
      see: { language: 'sql' as const, text },
    })),
  }),
  'sections and charts': (report, text) => ({
    ...report,
    sections: [
      ...sections.map((section) => ({
        ...section,
        title: text,
        error: text,
        parts: section.parts.map((part) => ({ ...part, title: text })),
      })),
      {
        id: text.slice(0, 40),
        number: null,
        title: text,
        status: 'ok' as const,
        parts: [
          {
            title: text,
            blocks: [
              { type: 'code' as const, language: text, title: text, text },
              { ...hours, title: text, subtitle: [text], alt: text },
              { type: 'note' as const, tone: 'bad' as const, text: [text] },
              { type: 'list' as const, ordered: true, items: [{ lead: [text], detail: [text] }], empty: [] },
              { type: 'checklist' as const, items: [{ done: true, text: [text] }] },
            ],
          },
        ],
      },
    ],
    series: report.series.map((series) => ({ ...series, title: text, currency: text })),
  }),
  'errors and reasons': (report, text) => ({
    ...report,
    figures: report.figures.map((figure) => ({
      ...figure,
      value: null,
      reason: 'source_failed' as const,
      detail: text,
      title: text,
    })),
    sources: { ...report.sources, database: { ...report.sources.database, error: text } },
    entities: report.entities.map((entity) => ({ ...entity, status: 'error' as const, error: text })),
    gates: report.gates.map((gate) => ({ ...gate, title: text, text: [text] })),
  }),
  'front page and files': (report, text) => ({
    ...report,
    front: {
      ...report.front,
      title: text,
      lead: [text],
      why: [text],
      scope: [text],
      actions: report.front.actions.map((action) => ({ ...action, title: [text], detail: [text] })),
      changes: { ...report.front.changes, resolved: [{ rule: text, title: text, windows: 1 }] },
      glance: {
        ...report.front.glance,
        figures: report.front.glance.figures.map((figure) => ({ ...figure, title: text })),
      },
    },
    judgement: {
      ...report.judgement,
      reasons: [[text]],
      green: [[text]],
      scores: report.judgement.scores.map((score) => ({
        ...score,
        title: text,
        reason: text,
        losses: score.losses.map((loss) => ({ ...loss, what: text })),
      })),
    },
    files: report.files.map((file) => ({ ...file, name: text, title: text, sha256: text })),
  }),
};

export function spoiled(text: string): Report {
  return Object.values(CARRIERS).reduce((report, carrier) => carrier(report, text), sample);
}
