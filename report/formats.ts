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
  /** Turns commands in texts into what can be typed where the report is made. */
  readonly typed?: (text: string) => string;
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
  (report, edition, tools) => ({ bytes: render(typedReport(report, tools), edition) });

/** What people read says what they can type; the report's own JSON, which its hash is of, stays as it is. */
function typedReport(report: Report, { typed }: RenderTools): Report {
  return typed === undefined ? report : (JSON.parse(typed(JSON.stringify(report))) as Report);
}

const RENDERS: Readonly<Record<FormatId, RenderedFormat['render']>> = {
  json: (report) => ({ bytes: renderJson(report) }),
  md(report, edition, tools) {
    const typed = typedReport(report, tools);
    return {
      bytes: renderMarkdown(typed, edition),
      beside: { [APPENDICES_FILE]: renderMarkdownAppendices(typed, edition) },
    };
  },
  html: text(renderHtml),
  async pdf(report, edition, tools) {
    const { printer, signal, onProgress } = tools;
    const options = { ...(signal && { signal }), ...(onProgress && { onProgress }) };
    const { pdf, pages } = await printer.render(typedReport(report, tools), edition, options);
    return { bytes: pdf, pages };
  },
};

/** The formats with the functions that write them. */
export const RENDERED_FORMATS: readonly RenderedFormat[] = FORMATS.map((format) => ({
  ...format,
  render: RENDERS[format.id],
}));
