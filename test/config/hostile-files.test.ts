import { execFileSync, spawn } from 'node:child_process';
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

  const bots = (password: string): string =>
    Array.from(
      { length: 2_000 },
      (_, index) =>
        `  bot-${String(index)}: { mapping: native, environment: paper, database: "postgres://r:${password}@h/d" }\n`,
    ).join('');
  test.each([
    [
      'one file very often in one value',
      (file: string) => GOOD.replace('${DEMO_DATABASE_URL}', `"postgres://r:${file.repeat(20_000)}@h/d"`),
      /:4: bots\.demo\.database: its references stand for more than 256 KB\.$/,
    ],
    [
      'a large variable very often in one value',
      () => GOOD.replace('${DEMO_DATABASE_URL}', `"postgres://r:${'${LARGE}'.repeat(20_000)}@h/d"`),
      /:4: bots\.demo\.database: its references stand for more than 256 KB\.$/,
    ],
    [
      'one file in each of many bots',
      (file: string) => `${GOOD}${bots(file)}`,
      /:\d+: bots\.bot-7\d\d\.database: with it, the references of this file stand for more than 48 MB\.$/,
    ],
    [
      'references that are never closed',
      () => GOOD.replace('${DEMO_DATABASE_URL}', `"${'${'.repeat(500_000)}"`),
      /:4: bots\.demo\.database: a reference begins with \$\{ and has no \}\.$/,
    ],
    [
      'a variable that names itself, which is no reference again',
      () => GOOD.replace('${DEMO_DATABASE_URL}', '"${ITSELF}"'),
      /:4: bots\.demo\.database is not a URL\./,
    ],
  ])('%s', async (_what, text, said) => {
    const environment = { ...ENVIRONMENT, LARGE: 'y'.repeat(100_000), ITSELF: '${ITSELF}${ITSELF}' };
    expect(await failure(text(`\${file:${join(folder, 'largest')}}`), environment)).toMatch(said);
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

describe('a file that is not a text in UTF-8 says so, with its line where it has one', () => {
  const whole = (start: string, bytes: Buffer): Buffer => Buffer.concat([Buffer.from(start, 'hex'), bytes]);
  const wide = Buffer.from(GOOD, 'utf16le');
  test.each<[string, Buffer, string]>([
    ['UTF-16 of Windows', whole('fffe', wide), ': the file is in UTF-16. Save it as UTF-8.'],
    ['UTF-16 the other way round', whole('feff', Buffer.from(wide).swap16()), ': the file is in UTF-16.'],
    ['UTF-16 without its mark', wide, ': the file is in UTF-16.'],
    [
      'Latin-1',
      Buffer.from(`${GOOD}    auditor: Jos\xe9\n`, 'latin1'),
      ':6: a character here is not in UTF-8.',
    ],
    [
      'a character cut in two',
      Buffer.from(`${GOOD}# é`).subarray(0, -1),
      ':6: a character here is not in UTF-8.',
    ],
    ['a zero byte', Buffer.from(`${GOOD}\0`), ':6: a zero byte stands here'],
    [
      'lines of an old Macintosh',
      Buffer.from(GOOD.replaceAll('\n', '\r')),
      ': its lines end with a carriage return',
    ],
  ])('%s', async (_what, bytes, said) => {
    const path = join(folder, 'encoded.yaml');
    writeFileSync(path, bytes);
    await expect(loadConfig(path, ENVIRONMENT, { sections: SECTIONS })).rejects.toThrow(`${path}${said}`);
  });

  test.each([
    ['a byte order mark', (text: string) => `\ufeff${text}`],
    ['lines of Windows', (text: string) => text.replaceAll('\n', '\r\n')],
  ])('is read: %s', async (_what, change) => {
    expect((await load(change(GOOD))).bots).toHaveLength(1);
  });
});

describe('a pipe as the configuration', () => {
  test('is read when somebody writes, late too', async () => {
    const writing = spawn('sh', ['-c', `sleep 0.3; printf 'botts: {}' > ${join(folder, 'pipe')}`]);
    await expect(loadConfig(join(folder, 'pipe'), ENVIRONMENT, { sections: SECTIONS })).rejects.toThrow(
      'the file has no key "botts"',
    );
    writing.kill();
  });

  test('to which nobody writes ends by itself', async () => {
    await expect(loadConfig(join(folder, 'pipe'), ENVIRONMENT, { sections: SECTIONS })).rejects.toThrow(
      'nothing comes from this pipe or device. Name a file, or write into it.',
    );
  }, 20_000);
});

describe('no message quotes a secret', () => {
  test.each([
    ['a list of variables in place of the file', 'AUDIT_DATABASE_URL=postgres://u:hunter22@h/d\n'],
    ['one secret in place of the file', 'hunter22\n'],
    [
      'a DSN under a key of another type',
      `${GOOD}    limits: postgres://a-long-user-name:hunter22-and-more@h/d\n`,
    ],
    ['a DSN for a key', `${GOOD}    postgres://u:hunter22@h/d: x\n`],
    ['a DSN for an address', `${GOOD}temporal: { address: "https://u:hunter22@h" }\n`],
    ['a secret file under another key', `${GOOD}    asOf: \${file:FOLDER/secret}\n`],
  ])('%s', async (_what, text) => {
    const path = join(folder, 'secret');
    writeFileSync(path, 'hunter22\n');
    const message = await failure(text.replace('FOLDER', folder));
    expect(message).toMatch(/^audit\.config\.yaml:\d+: /);
    expect(message).not.toContain('hunter');
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
