import { readFile, writeFile } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { print, type CliContext } from './context.ts';
import { CommandError } from './errors.ts';
import { examples } from './examples.ts';

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
    const reason = code === 'EEXIST' ? 'it exists already. Name another file, or move that one away' : code;
    throw new CommandError(`${file} was not written: ${reason}.`);
  }
  print(
    context,
    `Wrote ${file}. Set MY_BOT_DB_PASSWORD and AUDIT_DATABASE_URL, describe your bot in it, then try:\n` +
      '  production-audit doctor\n' +
      '  production-audit run --last 8h',
  );
}
