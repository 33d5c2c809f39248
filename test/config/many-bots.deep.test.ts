import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { createScrubber } from '../../audit/scrub.ts';
import { loadConfig } from '../../config.ts';
import { ENVIRONMENT, SECTIONS } from './config-file.ts';

const BOTS = 50_000;

/** Four minutes, under any load, are half of what it took when keys were searched for again and again. */
test('fifty thousand bots are read, and their secrets scrubbed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'audit-many-'));
  const path = join(folder, 'audit.config.yaml');
  const bots = Array.from(
    { length: BOTS },
    (_, index) => `  bot-${String(index)}:
    mapping: native
    database: "postgres://reader:\${PASSWORD_${String(index % 1_000)}}@db-${String(index)}.test/bot"
    environment: paper
    exchanges: [binance, bybit]
    timeZone: Europe/Berlin
    limits: { maxPositions: 5 }
`,
  );
  writeFileSync(path, `bots:\n${bots.join('')}`);
  const passwords = Object.fromEntries(
    Array.from({ length: 1_000 }, (_, index) => [`PASSWORD_${String(index)}`, `secret-of-${String(index)}`]),
  );
  const config = await loadConfig(path, { ...ENVIRONMENT, ...passwords }, { sections: SECTIONS });
  rmSync(folder, { recursive: true });
  expect(config.bots).toHaveLength(BOTS);
  expect(config.bots.at(-1)?.databaseUrl).toBe('postgres://reader:secret-of-999@db-49999.test/bot');
  const scrub = createScrubber(config.secrets);
  expect(scrub('the secret-of-31 of postgres://reader:secret-of-999@db-49999.test/bot')).toBe(
    'the [secret] of [secret]',
  );
}, 240_000);
