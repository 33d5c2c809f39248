/** What a report can be written as; `report/formats.ts` has the function that writes each. */
export interface Format {
  /** Its key in the archive and on the command line. */
  readonly id: string;
  readonly title: string;
  /** Of its file, `report.<extension>`. */
  readonly extension: string;
  readonly mediaType: string;
  /** It takes a browser to make, so it may be missing where the others are not. */
  readonly browser: boolean;
}

/** Every format there is, the plainest first: rendering, archive, links, command line and server read it. */
export const FORMATS = [
  {
    id: 'json',
    title: 'JSON',
    extension: 'json',
    mediaType: 'application/json; charset=utf-8',
    browser: false,
  },
  {
    id: 'md',
    title: 'Markdown',
    extension: 'md',
    mediaType: 'text/markdown; charset=utf-8',
    browser: false,
  },
  { id: 'pdf', title: 'PDF', extension: 'pdf', mediaType: 'application/pdf', browser: true },
  { id: 'html', title: 'HTML', extension: 'html', mediaType: 'text/html; charset=utf-8', browser: false },
] as const satisfies readonly Format[];

export type FormatId = (typeof FORMATS)[number]['id'];

/** The file of an archive's key: `md` -> `report.md`; `data/x.csv` is one already. */
export function fileOf(key: string, formats: readonly Format[] = FORMATS): string {
  const format = formats.find(({ id }) => id === key);
  return format === undefined ? key : `report.${format.extension}`;
}

/** As an operator opens them: what is printed, then the richest. */
export function openingOrder(formats: readonly Format[] = FORMATS): readonly Format[] {
  const richest = formats.toReversed();
  return [...richest.filter(({ browser }) => browser), ...richest.filter(({ browser }) => !browser)];
}
