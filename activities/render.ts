import { errorMessage } from '../audit/error-message.ts';
import { renderHtml } from '../report/html.ts';
import { renderJson } from '../report/json.ts';
import { renderMarkdown } from '../report/markdown.ts';
import { attachFiles } from '../store/reports.ts';
import { withHeartbeat } from './activity-context.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { editionOf, loadReport, reportUrls, storedReport } from './stored-report.ts';
import type { AuditActivities, FileReference } from './types.ts';

type Rendering = Pick<AuditActivities, 'renderText' | 'renderPdf' | 'archiveReport'>;

/** Report to bytes, and the bytes to the archive, by content hash. */
export function createRendering(dependencies: ActivityDependencies): Rendering {
  const { artifacts, pool, config, pdf, scrub } = dependencies;
  return {
    renderText: ({ report: reference }) =>
      withHeartbeat(async () => {
        const report = await loadReport(dependencies, reference.reportHash);
        const edition = editionOf(reference);
        const files: Record<string, FileReference> = { json: await artifacts.put(renderJson(report)) };
        const failed: string[] = [];
        const formats = {
          md: () => renderMarkdown(report, edition),
          html: () => renderHtml(report, edition),
        };
        for (const [format, render] of Object.entries(formats)) {
          let text: string;
          try {
            text = render();
          } catch (error) {
            // One format that cannot be made must not cost the others.
            failed.push(scrub(`${format}: ${errorMessage(error)}`).slice(0, 500));
            continue;
          }
          files[format] = await artifacts.put(text);
        }
        return { files, failed };
      }),

    renderPdf: ({ report: reference }) =>
      withHeartbeat(async (signal, progress) => {
        const report = await loadReport(dependencies, reference.reportHash);
        const printed = await pdf.render(report, editionOf(reference), { signal, onProgress: progress });
        return { file: await artifacts.put(printed.pdf), pages: printed.pages };
      }),

    async archiveReport({ report: reference, files }) {
      const stored = await storedReport(dependencies, reference);
      await attachFiles(pool, stored, files);
      return { urls: reportUrls(config.reportBaseUrl, reference, files) };
    },
  };
}
