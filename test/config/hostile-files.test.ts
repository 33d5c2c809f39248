import { execFileSync } from 'node:child_process';
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { loadConfig, namesTemporal } from '../../config.ts';
import { readMapping } from '../../sources/database/mapping.ts';
import { ENVIRONMENT, failure, GOOD, load, SECTIONS } from './config-file.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'audit-hostile-'));
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  const huge = openSync(join(folder, 'huge'), 'w');
  ftruncateSync(huge, 1024 ** 3);
  closeSync(huge);
  writeFileSync(join(folder, 'large'), 'x'.repeat(64 * 1024 + 1));
  writeFileSync(join(folder, 'largest'), `${'x'.repeat(64 * 1024 - 1)}\n`);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('a reference to a file of endless or unfit size ends at once, with its line', () => {
  test.each([
    ['/dev/zero', 'is a device, not a file'],
    ['/dev/urandom', 'is a device, not a file'],
    ['FOLDER/pipe', 'is a pipe, not a file'],
    ['FOLDER', 'is a folder, not a file'],
    ['FOLDER/huge', 'is larger than 64 KB'],
    ['FOLDER/large', 'is larger than 64 KB'],
    ['/proc/self/maps/none', 'cannot be read (ENOTDIR)'],
  ])('%s', async (path, said) => {
    const named = path.replace('FOLDER', folder);
    expect(await failure(GOOD.replace('${DEMO_DATABASE_URL}', `"postgres://r:\${file:${named}}@h/d"`))).toBe(
      `audit.config.yaml:4: bots.demo.database: the file ${named} ${said}.`,
    );
  });

  test.each([
    ['/dev/zero', 'is a device, not a file'],
    ['FOLDER/pipe', 'is a pipe, not a file'],
    ['FOLDER/huge', 'is larger than 64 KB'],
  ])('as a certificate of Temporal: %s', async (path, said) => {
    const named = path.replace('FOLDER', folder);
    const message = await load(GOOD, { ...ENVIRONMENT, TEMPORAL_TLS_SERVER_CA_CERT_PATH: named }).then(
      String,
      String,
    );
    expect(message).toContain(`TEMPORAL_TLS_SERVER_CA_CERT_PATH names ${named}, which ${said}.`);
  });

  test.each(['/dev/zero', 'FOLDER/pipe', 'FOLDER/huge'])('as a SELECT of a mapping: %s', async (path) => {
    const mapping = mkdtempSync(join(folder, 'mapping-'));
    symlinkSync(path.replace('FOLDER', folder), join(mapping, 'event.sql'));
    await expect(readMapping(mapping)).rejects.toThrow('event.sql is not a file of at most 4 MB.');
  });

  test('the largest that is read', async () => {
    const url = `"postgres://r:\${file:${join(folder, 'largest')}}@h/d"`;
    const { secrets } = await load(GOOD.replace('${DEMO_DATABASE_URL}', url));
    expect(secrets.some(({ length }) => length === 64 * 1024 - 1)).toBe(true);
  });

  test.each(['/dev/zero', 'FOLDER/huge'])('as the configuration itself: %s', async (path) => {
    const named = path.replace('FOLDER', folder);
    await expect(loadConfig(named, ENVIRONMENT, { sections: SECTIONS })).rejects.toThrow(
      `${named}: it is larger than 48 MB, which no configuration is.`,
    );
    expect(await namesTemporal(named)).toBe(false);
  });
});

/** Each level holds the one before several times. */
function bomb(levels: number, width: number, item: (alias: string) => string): string {
  const lines = ['x0: &x0 {a: b}'];
  for (let level = 1; level <= levels; level += 1) {
    const alias = `*x${String(level - 1)}`;
    const items = Array.from({ length: width }, (_, index) => item(alias).replace('#', String(index)));
    const [open, close] = item('').includes(':') ? ['{', '}'] : ['[', ']'];
    lines.push(`x${String(level)}: &x${String(level)} ${open}${items.join(', ')}${close}`);
  }
  return lines.join('\n');
}

describe('aliases that cannot be written out end at once, with their line', () => {
  test.each([
    [
      'a bomb of lists',
      bomb(9, 9, (alias) => alias),
      /:\d: with the alias \*x\d, the aliases of this file stand for more than 1,000,000 values\./,
    ],
    ['a bomb of maps', bomb(12, 5, (alias) => `k#: ${alias}`), /:\d+: with the alias \*x\d+, /],
    ['a slim and deep bomb', bomb(60, 2, (alias) => alias), /:\d+: with the alias \*x\d+, /],
    [
      'a bomb in a bot',
      `${GOOD}    limits: &l [*l, *l]\n`,
      /:6: the alias \*l stands inside its own anchor\./,
    ],
    [
      'an alias of nothing',
      `${GOOD}    limits: *none\n`,
      /:6: the alias \*none has no anchor &none before it\./,
    ],
    ['an alias before its anchor', `a: *b\nb: &b 1\n`, /:1: the alias \*b has no anchor/],
    [
      'brackets without end',
      `${GOOD}    limits: ${'['.repeat(200_000)}\n`,
      /nested too deeply|not valid YAML/,
    ],
  ])('%s', async (_what, text, message) => {
    expect(await failure(text)).toMatch(message);
  });

  test('shared settings of many bots are none', async () => {
    const bots = Array.from({ length: 300 }, (_, index) => `  bot-${String(index)}: *shared\n`).join('');
    const text = `${GOOD.replace('demo:', 'demo: &shared')}${bots}`;
    expect((await load(text)).bots).toHaveLength(301);
  });
});

test('of very many problems, the first hundred are told', async () => {
  const bots = Array.from({ length: 250 }, (_, index) => `  bot-${String(index)}: { environment: papier }\n`);
  const message = await failure(`bots:\n${bots.join('')}`);
  expect(message.split('\n')).toHaveLength(101);
  expect(message).toMatch(/audit\.config\.yaml: and \d+ problems more\.$/);
});
