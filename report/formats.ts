import { FORMATS, type Format, type FormatId } from '../audit/formats.ts';
import type { Edition, Report } from '../audit/report.ts';
import { renderHtml } from './html.ts';
import { renderJson } from './json.ts';
import { APPENDICES_FILE, renderMarkdown, renderMarkdownAppendices } from './markdown.ts';

/** Prints reports to PDF; `report/pdf` makes one around a browser. */
export interface PdfPrinter {
  render(
    report: Report,
    edition: Edition,
    options: { readonly signal?: AbortSignal; readonly onProgress?: (what: string) => void },
  ): Promise<{ readonly pdf: Uint8Array; readonly pages: number }>;
}

/** What a format may need beside the report. */
export interface RenderTools {
  readonly printer: PdfPrinter;
  readonly signal?: AbortSignal;
  readonly onProgress?: (what: string) => void;
}

export interface Rendered {
  readonly bytes: string | Uint8Array;
  /** Of formats that have pages. */
  readonly pages?: number;
  /** What does not go into the file itself, by its name beside the report. */
  readonly beside?: Readonly<Record<string, string>>;
}

export interface RenderedFormat extends Format {
  /** @throws what the format's own renderer throws */
  render(report: Report, edition: Edition, tools: RenderTools): Rendered | Promise<Rendered>;
}

type Text = (report: Report, edition: Edition) => string;

const text =
  (render: Text): RenderedFormat['render'] =>
  (report, edition) => ({ bytes: render(report, edition) });

const RENDERS: Readonly<Record<FormatId, RenderedFormat['render']>> = {
  json: text(renderJson),
  md: (report, edition) => ({
    bytes: renderMarkdown(report, edition),
    beside: { [APPENDICES_FILE]: renderMarkdownAppendices(report, edition) },
  }),
  html: text(renderHtml),
  async pdf(report, edition, { printer, ...options }) {
    const { pdf, pages } = await printer.render(report, edition, options);
    return { bytes: pdf, pages };
  },
};

/** The formats with the functions that write them. */
export const RENDERED_FORMATS: readonly RenderedFormat[] = FORMATS.map((format) => ({
  ...format,
  render: RENDERS[format.id],
}));
