import { join, resolve } from 'node:path';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { FORMATS, fileOf } from '../audit/formats.ts';
import { sha256 } from '../audit/hash.ts';
import type { Edition, Report } from '../audit/report.ts';
import { asTyped } from '../config/command-name.ts';
import { print, remark, type CliContext, type GlobalOptions } from './context.ts';
import { CommandError } from './errors.ts';
import { examples } from './examples.ts';

/** What takes the browser comes last: it is the one that may be lacking. */
const CHOICES: readonly string[] = [
  ...FORMATS.filter(({ browser }) => !browser).map(({ id }) => id),
  'data',
  ...FORMATS.filter(({ browser }) => browser).map(({ id }) => id),
];

interface RenderOptions extends GlobalOptions {
  readonly evidence: string;
  readonly out: string;
  readonly format: readonly string[];
}

interface Rendering {
  readonly report: Report;
  readonly edition: Edition;
  readonly chromiumPath: string | null;
}

export function addRenderCommand(program: Command, context: CliContext): void {
  program
    .command('render')
    .description('Evaluate stored evidence again and write the report; no source is touched.')
    .requiredOption('--evidence <hash>', 'hash of the evidence, as the report and `list --json` print it')
    .requiredOption('--out <folder>', 'where the files go')
    .addOption(
      new Option('--format <formats>', `some of ${CHOICES.join(',')}`)
        .argParser(parseFormats)
        .default(CHOICES, CHOICES.join(',')),
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
  const { storedEvidence } = await import('./stored-evidence.ts');
  const { reevaluate } = await import('./reevaluate.ts');
  const { renderJson } = await import('../report/json.ts');
  const { writeWhole } = await import('./copy-report.ts');
  const { editionOf } = await import('../activities/stored-report.ts');
  const { config } = await openConfig(context, options);
  const { prepareOutFolder } = await import('./out-folder.ts');
  await prepareOutFolder(options.out);
  const archive = await openArchive(config);
  try {
    const hash = await wholeHash(options.evidence, archive);
    const { report, written } = reevaluate(await storedEvidence(archive, hash));
    const reportHash = sha256(renderJson(report));
    const stored = await archive.byEvidence(hash);
    const { kind, window } = report;
    const reportedAt = stored?.reportedAt ?? window.to;
    const edition = editionOf(
      { bot: report.bot.name, kind, window, reportHash, reportedAt, revision: stored?.revision ?? 1 },
      config.publicUrl,
    );
    const files = new Map<string, string | Uint8Array>();
    const { chromiumPath } = config;
    for (const [name, bytes] of await documents(context, options.format, { report, edition, chromiumPath }))
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

/** The chosen formats as files, by the table; a browser is looked for only when one of them asks for it. */
async function documents(
  { environment, signal }: CliContext,
  chosen: readonly string[],
  { report, edition, chromiumPath }: Rendering,
): Promise<readonly (readonly [name: string, bytes: string | Uint8Array])[]> {
  const { RENDERED_FORMATS } = await import('../report/formats.ts');
  const { createLazyPdf } = await import('../worker-pdf.ts');
  const printer = createLazyPdf(chromiumPath, environment);
  const tools = { printer, signal, typed: (text: string) => asTyped(text, environment) };
  const made: (readonly [string, string | Uint8Array])[] = [];
  try {
    for (const { id, render: write } of RENDERED_FORMATS.filter(({ id }) => chosen.includes(id))) {
      const { bytes, beside = {} } = await write(report, edition, tools);
      made.push([fileOf(id), bytes], ...Object.entries(beside));
    }
  } finally {
    await printer.close();
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

function parseFormats(text: string): readonly string[] {
  const wanted = text.split(',').map((format) => format.trim());
  if (wanted.some((format) => !CHOICES.includes(format)))
    throw new InvalidArgumentError(`Expected some of ${CHOICES.join(',')}, with commas between.`);
  return CHOICES.filter((format) => wanted.includes(format));
}
