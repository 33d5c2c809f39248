import { readFile, writeFile } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { print, type CliContext } from './context.ts';
import { CommandError } from './errors.ts';
import { examples } from './examples.ts';
import { meaningOf } from './out-folder.ts';

const EXAMPLE = fileURLToPath(new URL('../audit.config.example.yaml', import.meta.url));
const SCHEMA = fileURLToPath(new URL('../docs/audit.config.schema.json', import.meta.url));

export function addInitCommand(program: Command, context: CliContext): void {
  program
    .command('init')
    .description('Write a commented audit.config.yaml.')
    .argument('[file]', 'where to write it', 'audit.config.yaml')
    .addHelpText('after', examples([['init', 'writes ./audit.config.yaml; an existing file is left alone']]))
    .action(async (file: string) => {
      await init(context, file);
    });
}

async function init(context: CliContext, file: string): Promise<void> {
  const path = resolve(file);
  const example = await readFile(EXAMPLE, 'utf8');
  const text = example.replace(/(\$schema=)\S+/, `$1${relative(dirname(path), SCHEMA)}`);
  try {
    await writeFile(path, text, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'error';
    throw new CommandError(`${file} was not written: ${refusal(code, error, dirname(path))}.`);
  }
  const other = path === resolve('audit.config.yaml') ? '' : ` --config ${file}`;
  print(
    context,
    `Wrote ${file}. Describe your bot in it, set MY_BOT_DB_PASSWORD, then try:\n` +
      `  production-audit doctor${other}\n` +
      `  production-audit run --last 8h${other}`,
  );
}

function refusal(code: string, error: unknown, folder: string): string {
  if (code === 'EEXIST') return 'it exists already. Name another file, or move that one away';
  if (code === 'ENOENT') return `there is no folder ${folder}. Make it first, with mkdir -p`;
  return `${meaningOf(error)}. Name another file`;
}
