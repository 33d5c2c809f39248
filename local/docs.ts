import { readFile, writeFile } from 'node:fs/promises';
import { generatedDocs } from './generated-docs.ts';

/** `npm run docs`: rewrites what is generated from definitions; with `--check` it fails when something is stale. */
const isCheck = process.argv.includes('--check');
for (const [path, text] of await generatedDocs()) {
  const file = new URL(`../${path}`, import.meta.url);
  if (!isCheck) {
    await writeFile(file, text);
  } else if ((await readFile(file, 'utf8').catch(() => '')) !== text) {
    process.stdout.write(`${path} is stale. Run: node local/docs.ts\n`);
    process.exitCode = 1;
  }
}
