import { errorMessage } from '../audit/error-message.ts';
import { RENDERED_FORMATS, type Rendered, type RenderedFormat } from '../report/formats.ts';
import { attachFiles } from '../store/reports.ts';
import { withHeartbeat } from './activity-context.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { editionOf, loadReport, reportUrls, storedReport } from './stored-report.ts';
import type { AuditActivities, FileReference } from './types.ts';

type Rendering = Pick<AuditActivities, 'renderText' | 'renderPdf' | 'archiveReport'>;

/** Report to bytes, and the bytes to the archive, by content hash. */
export function createRendering(
  dependencies: ActivityDependencies,
  formats: readonly RenderedFormat[] = RENDERED_FORMATS,
): Rendering {
  const { artifacts, pool, config, pdf: printer, scrub, typed } = dependencies;
  const tools = { printer, ...(typed && { typed }) };
  return {
    renderText: ({ report: reference }) =>
      withHeartbeat(async (signal, onProgress) => {
        const report = await loadReport(dependencies, reference.reportHash);
        const files: Record<string, FileReference> = {};
        const failed: string[] = [];
        for (const { id, render } of formats.filter(({ browser }) => !browser)) {
          let rendered: Rendered;
          try {
            rendered = await render(report, editionOf(reference, config.publicUrl), {
              ...tools,
              signal,
              onProgress,
            });
          } catch (error) {
            signal.throwIfAborted();
            // One format that cannot be made must not cost the others.
            failed.push(scrub(`${id}: ${errorMessage(error)}`).slice(0, 500));
            continue;
          }
          files[id] = await artifacts.put(rendered.bytes);
          for (const [name, bytes] of Object.entries(rendered.beside ?? {}))
            files[name] = await artifacts.put(bytes);
        }
        return { files, failed };
      }),

    renderPdf: ({ report: reference }) =>
      withHeartbeat(async (signal, onProgress) => {
        const report = await loadReport(dependencies, reference.reportHash);
        const pdf = formats.find(({ id }) => id === 'pdf');
        if (pdf === undefined) throw new Error('the table of formats has no pdf');
        const printed = await pdf.render(report, editionOf(reference, config.publicUrl), {
          ...tools,
          signal,
          onProgress,
        });
        return { file: await artifacts.put(printed.bytes), pages: printed.pages ?? 0 };
      }),

    async archiveReport({ report: reference, files }) {
      const stored = await storedReport(dependencies, reference);
      await attachFiles(pool, stored, files);
      return { urls: reportUrls(config.reportBaseUrl, reference, files, formats) };
    },
  };
}
