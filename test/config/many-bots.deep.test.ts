import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createScrubber } from '../../audit/scrub.ts';
import { loadConfig } from '../../config.ts';
import { ConfigError } from '../../config/error.ts';
import { startProgram } from '../support/program.ts';
import { ENVIRONMENT, SECTIONS } from './config-file.ts';

const BOTS = 50_000;
/** Of this process: what else the machine does counts for nothing. By hand it is a third; searched again and again, minutes. */
const MOST_CPU_S = 60;
const PASSWORDS = Object.fromEntries(
  Array.from({ length: 1_000 }, (_, index) => [`PASSWORD_${String(index)}`, `secret-of-${String(index)}`]),
);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'audit-many-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function written(environment: string): string {
  const bots = Array.from(
    { length: BOTS },
    (_, index) => `  bot-${String(index)}:
    mapping: native
    database: "postgres://reader:\${PASSWORD_${String(index % 1_000)}}@db-${String(index)}.test/bot"
    environment: ${environment}
    exchanges: [binance, bybit]
    timeZone: Europe/Berlin
    limits: { maxPositions: 5 }
`,
  );
  const path = join(folder, `${environment}.yaml`);
  writeFileSync(path, `bots:\n${bots.join('')}`);
  return path;
}

async function loaded(path: string) {
  const before = process.cpuUsage();
  const result = await loadConfig(path, { ...ENVIRONMENT, ...PASSWORDS }, { sections: SECTIONS }).catch(
    (error: unknown) => error,
  );
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1e6).toBeLessThan(MOST_CPU_S);
  return result;
}

test('fifty thousand bots are read, and their secrets scrubbed', async () => {
  const config = (await loaded(written('paper'))) as Awaited<ReturnType<typeof loadConfig>>;
  expect(config.bots).toHaveLength(BOTS);
  expect(config.bots.at(-1)?.databaseUrl).toBe('postgres://reader:secret-of-999@db-49999.test/bot');
  const scrub = createScrubber(config.secrets);
  expect(scrub('the secret-of-31 of postgres://reader:secret-of-999@db-49999.test/bot')).toBe(
    'the [secret] of [secret]',
  );
}, 240_000);

test('something is wrong with each of them', async () => {
  const error = (await loaded(written('papier'))) as ConfigError;
  expect(error).toBeInstanceOf(ConfigError);
  expect(error.problems).toHaveLength(BOTS);
  expect(error.problems[0]?.message).toContain('bots.bot-0.environment: expected one of');
}, 240_000);

test('a command that reads them is not deaf: the signal ends it', async () => {
  const program = startProgram('cli.ts', ['config', '--config', written('paper')]);
  // Whenever it comes: no listener waits for the end of the reading.
  setTimeout(() => program.child.kill('SIGTERM'), 3_000);
  expect((await program.ended).signal).toBe('SIGTERM');
}, 240_000);
