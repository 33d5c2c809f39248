import { join, resolve } from 'node:path';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { sha256 } from '../audit/hash.ts';
import type { Edition, Report } from '../audit/report.ts';
import { print, remark, type CliContext, type GlobalOptions } from './context.ts';
import { CommandError } from './errors.ts';
import { examples } from './examples.ts';

const FORMATS = ['json', 'md', 'html', 'data', 'pdf'] as const;
type Format = (typeof FORMATS)[number];

interface RenderOptions extends GlobalOptions {
  readonly evidence: string;
  readonly out: string;
  readonly format: readonly Format[];
}

export function addRenderCommand(program: Command, context: CliContext): void {
  program
    .command('render')
    .description('Evaluate stored evidence again and write the report; no source is touched.')
    .requiredOption('--evidence <hash>', 'hash of the evidence, as the report and `list --json` print it')
    .requiredOption('--out <folder>', 'where the files go')
    .addOption(
      new Option('--format <formats>', `some of ${FORMATS.join(',')}`)
        .argParser(parseFormats)
        .default(FORMATS, FORMATS.join(',')),
    )
    .addHelpText(
      'after',
      examples([
        ['render --evidence 3f9a… --out ./report', 'byte for byte what the run wrote, by the same version'],
        ['render --evidence 3f9a… --out ./report --format md,data', 'without the PDF, so without Chromium'],
      ]),
    )
    .action(async (_options: unknown, command: Command) => {
      await render(context, command.optsWithGlobals<RenderOptions>());
    });
}

async function render(context: CliContext, options: RenderOptions): Promise<void> {
  const { openArchive } = await import('./archive.ts');
  const { openConfig } = await import('./session.ts');
  const { loadEvidence } = await import('../sources/bundle.ts');
  const { reevaluate } = await import('./reevaluate.ts');
  const { renderJson } = await import('../report/json.ts');
  const { writeWhole } = await import('./copy-report.ts');
  const { config } = await openConfig(context, options);
  const { prepareOutFolder } = await import('./out-folder.ts');
  await prepareOutFolder(options.out);
  const archive = await openArchive(config);
  try {
    const hash = await wholeHash(options.evidence, archive);
    const { report, written } = reevaluate(await loadEvidence(archive.artifacts, hash));
    const json = renderJson(report);
    const reportHash = sha256(json);
    const stored = await archive.byEvidence(hash);
    const edition: Edition = {
      revision: stored?.revision ?? 1,
      reportedAt: stored?.reportedAt ?? report.window.to,
      reportHash,
    };
    const files = new Map<string, string | Uint8Array>();
    if (options.format.includes('json')) files.set('report.json', json);
    for (const [name, bytes] of await documents(context, options.format, report, edition))
      files.set(name, bytes);
    if (options.format.includes('data'))
      for (const { file, content } of written) files.set(file.name, content);
    for (const [name, bytes] of files) await writeWhole(join(resolve(options.out), name), bytes);
    print(context, [...files.keys()].map((name) => join(options.out, name)).join('\n'));
    remark(context, comparison(reportHash, stored?.reportHash ?? null));
  } finally {
    await archive.close();
  }
}

async function documents(
  context: CliContext,
  formats: readonly Format[],
  report: Report,
  edition: Edition,
): Promise<readonly (readonly [name: string, bytes: string | Uint8Array])[]> {
  const made: (readonly [string, string | Uint8Array])[] = [];
  if (formats.includes('md')) {
    const { renderMarkdown } = await import('../report/markdown.ts');
    made.push(['report.md', renderMarkdown(report, edition)]);
  }
  if (formats.includes('html')) {
    const { renderHtml } = await import('../report/html.ts');
    made.push(['report.html', renderHtml(report, edition)]);
  }
  if (formats.includes('pdf')) {
    const { findChromium } = await import('../local/chromium.ts');
    const { isRoot } = await import('../local/paths.ts');
    const { createPdfRenderer } = await import('../report/pdf.ts');
    const { executablePath, environment } = await findChromium(context.environment);
    const printer = createPdfRenderer({ executablePath, environment, noSandbox: isRoot() });
    try {
      made.push(['report.pdf', (await printer.render(report, edition, { signal: context.signal })).pdf]);
    } finally {
      await printer.close();
    }
  }
  return made;
}

/** A whole hash as it is; the beginning of one that some report was made from is completed. */
async function wholeHash(
  text: string,
  archive: {
    reports(filter: { readonly limit: number }): Promise<readonly { readonly evidenceHash: string }[]>;
  },
): Promise<string> {
  if (/^[0-9a-f]{64}$/.test(text)) return text;
  const known = new Set((await archive.reports({ limit: 10_000 })).map(({ evidenceHash }) => evidenceHash));
  const [first, second] = [...known].filter((hash) => hash.startsWith(text));
  if (/^[0-9a-f]{4,63}$/.test(text) && first !== undefined && second === undefined) return first;
  throw new CommandError(
    `"${text}" is not the hash of stored evidence. \`production-audit list --json\` prints the hashes.`,
  );
}

function comparison(reportHash: string, stored: string | null): string {
  if (stored === null) return `Report ${reportHash}. No report of this evidence is in the archive.`;
  if (stored === reportHash) return `Report ${reportHash}, the same as in the archive.`;
  return `Report ${reportHash}. The archive's is ${stored}: another version of the program made it.`;
}

function parseFormats(text: string): readonly Format[] {
  const wanted = text.split(',').map((format) => format.trim());
  const unknown = wanted.filter((format) => !FORMATS.some((known) => known === format));
  if (unknown.length > 0)
    throw new InvalidArgumentError(`Expected some of ${FORMATS.join(',')}, with commas between.`);
  return FORMATS.filter((format) => wanted.includes(format));
}
