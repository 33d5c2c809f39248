import { isCancellation } from '@temporalio/workflow';
import { openingOrder } from '../audit/formats.ts';
import type {
  Assembled,
  FileReferences,
  RenderedPdf,
  RenderedText,
  ReportReference,
  ResolvedRun,
} from '../activities/types.ts';
import { computing, light, printing } from './activity-proxies.ts';
import { ownQueue } from './own-queue.ts';
import type { ProgressTracker } from './progress.ts';
import { failureText } from './run-facts.ts';
import { whileStoreIsAway } from './store-wait.ts';
import { counted } from './words.ts';

/** Renders the stored report to its formats and archives them. Returns the links; a missing format is named in `degraded`. */
export async function publish(
  { report, dataFiles }: Assembled,
  queues: ResolvedRun['queues'],
  progress: ProgressTracker,
  degraded: string[],
): Promise<Readonly<Record<string, string>>> {
  progress.start('render', 2);
  const [text, pdf] = await Promise.all([
    renderText(report, queues).finally(() => {
      progress.advance('render');
    }),
    renderPdf(report, queues, degraded),
  ]);
  degraded.push(...text.failed);
  const files: FileReferences = { ...dataFiles, ...text.files, ...(pdf !== null && { pdf: pdf.file }) };
  const pages = pdf === null ? 'no pdf' : `pdf ${counted(pdf.pages, 'page')}`;
  const others = openingOrder().flatMap(({ id }) => (id in text.files ? [id] : []));
  progress.end('render', pdf === null ? 'failed' : 'done', [pages, ...others].join(', '));

  progress.start('archive');
  const { urls } = await light.archiveReport({ report, files });
  progress.end('archive', 'done', counted(Object.keys(files).length, 'file'));
  return urls;
}

const TEXTS = openingOrder()
  .filter(({ browser }) => !browser)
  .map(({ title }) => title)
  .join(', ');

async function renderText(report: ReportReference, queues: ResolvedRun['queues']): Promise<RenderedText> {
  return whileStoreIsAway(() =>
    computing.renderText.executeWithOptions({ summary: TEXTS, ...ownQueue(queues, 'compute') }, [{ report }]),
  );
}

/** The PDF is the one format that needs a browser; without it the others are still archived and mailed. */
async function renderPdf(
  report: ReportReference,
  queues: ResolvedRun['queues'],
  degraded: string[],
): Promise<RenderedPdf | null> {
  try {
    return await whileStoreIsAway(() =>
      printing.renderPdf.executeWithOptions({ summary: 'PDF', ...ownQueue(queues, 'render') }, [{ report }]),
    );
  } catch (error) {
    if (isCancellation(error)) throw error;
    degraded.push(`pdf: ${failureText(error)}`);
    return null;
  }
}
