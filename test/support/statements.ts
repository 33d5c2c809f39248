import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { dataFilesOf } from '../../activities/data-files.ts';
import { loadEvidence } from '../../sources/collect.ts';
import type { Audited, Bench } from './audit.ts';
import { hasPsql } from './real-data.ts';
import { scratchDirectory } from './scratch.ts';

const run = promisify(execFile);

/** Errors of everything that a report prints to be run: the statement of each finding, and the files of queries as a whole. */
export async function statementErrors(bench: Bench, audited: Audited, readerUrl: string): Promise<string[]> {
  const urls = { bot: readerUrl, audit: bench.storeUrl };
  const errors: string[] = [];
  const tryOut = async (database: 'bot' | 'audit', what: string, sql: string): Promise<void> => {
    const client = new pg.Client({ connectionString: urls[database] });
    await client.connect();
    try {
      await client.query(sql);
    } catch (error) {
      errors.push(`${what}: ${error instanceof Error ? error.message : String(error)}\n${sql}`);
    } finally {
      await client.end();
    }
  };
  for (const { id, see } of audited.report.findings)
    if (see.language === 'sql') await tryOut(see.database ?? 'bot', id, see.text);
  const loaded = await loadEvidence(bench.artifacts, audited.evidenceHash);
  for (const { file, content } of dataFilesOf(loaded, audited.results)) {
    const database = file.name === 'data/queries.sql' ? 'bot' : 'audit';
    if (!file.name.endsWith('.sql')) continue;
    await tryOut(database, file.name, interpolated(content));
    if (await hasPsql()) errors.push(...(await psqlErrors(urls[database], file.name, content)));
  }
  return errors;
}

/** What psql makes of the variables of a script. */
function interpolated(script: string): string {
  const variables = new Map(
    [...script.matchAll(/^\\set (\w+) '(.*)'$/gm)].map(([, name = '', value = '']) => [
      name,
      value.replaceAll(/\\(.)/g, '$1'),
    ]),
  );
  return script
    .replaceAll(/^\\set .*$/gm, '')
    .replaceAll(/(?<![:\w]):(\w+)\b/g, (whole, name: string) => variables.get(name) ?? whole);
}

async function psqlErrors(url: string, name: string, content: string): Promise<readonly string[]> {
  const folder = scratchDirectory('psql');
  await mkdir(folder, { recursive: true });
  const path = join(folder, 'queries.sql');
  await writeFile(path, content);
  const { stderr } = await run(
    'psql',
    ['--no-psqlrc', '--quiet', '--output', '/dev/null', '--file', path, url],
    {
      maxBuffer: 1 << 26,
    },
  );
  return stderr
    .split('\n')
    .filter((line) => line.includes('ERROR'))
    .map((line) => `${name} by psql: ${line}`);
}
