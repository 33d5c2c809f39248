import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { environment } from '../config.ts';
import { CLONE } from './paths.ts';

interface Check {
  readonly name: string;
  readonly command: readonly string[];
  /** A file without which the check does not exist yet. */
  readonly needs?: string;
  /** What mends a failure. */
  readonly remedy: string;
}

const BIN = join(CLONE, 'node_modules', '.bin');

const CHECKS: readonly Check[] = [
  {
    name: 'prettier',
    command: ['prettier', '--check', '--log-level=warn', '.'],
    remedy: 'npx prettier --write .',
  },
  { name: 'tsc', command: ['tsc', '--noEmit'], remedy: 'mend the types' },
  {
    name: 'eslint',
    command: ['eslint', '.', '--max-warnings=0'],
    needs: 'eslint.config.mjs',
    remedy: 'npx eslint . --fix',
  },
  {
    name: 'layers',
    command: ['depcruise', '--config', '.dependency-cruiser.mjs', '--output-type', 'err', '.'],
    needs: '.dependency-cruiser.mjs',
    remedy: 'docs/architecture.md says who may import whom',
  },
  { name: 'knip', command: ['knip'], needs: 'knip.json', remedy: 'remove what nothing uses' },
  {
    name: 'docs',
    command: ['node', 'local/docs.ts', '--check'],
    needs: 'local/docs.ts',
    remedy: 'node local/docs.ts',
  },
];

process.exitCode = await checkAll();

/** Runs every check, also after a failure, so that one run shows all; the exit code is 1 when any failed. */
async function checkAll(): Promise<number> {
  const failed: Check[] = [];
  for (const check of CHECKS.filter(({ needs }) => needs === undefined || existsSync(join(CLONE, needs)))) {
    const started = Date.now();
    const { code, output } = await run(check.command);
    const seconds = `${((Date.now() - started) / 1000).toFixed(1)} s`;
    process.stdout.write(
      `  ${check.name.padEnd(12)}${code === 0 ? 'ok' : 'FAILED'}${seconds.padStart(code === 0 ? 14 : 10)}\n`,
    );
    if (code === 0) continue;
    process.stdout.write(`${output.trimEnd()}\n`);
    failed.push(check);
  }
  for (const { name, remedy } of failed) process.stdout.write(`  ${name} failed: ${remedy}\n`);
  return failed.length === 0 ? 0 : 1;
}

function run([program = '', ...args]: readonly string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(join(BIN, program), args, {
      cwd: CLONE,
      env: { ...environment(), FORCE_COLOR: process.stdout.isTTY ? '1' : '0' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const collect = (data: Buffer) => {
      output += data.toString('utf8');
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('error', (error) => {
      resolve({ code: 127, output: error.message });
    });
    child.once('close', (code) => {
      resolve({ code: code ?? 1, output });
    });
  });
}
