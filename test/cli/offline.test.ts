import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Report } from '../../audit/report.ts';
import { SNAPSHOT_COUNTS, type SnapshotRow } from '../../audit/snapshot.ts';
import { insertSnapshots } from '../../store/snapshots.ts';
import { createStoredAudit, type StoredAudit } from './stored-audit.ts';

let stored: StoredAudit;
let report: Report;

beforeAll(async () => {
  stored = await createStoredAudit();
  report = JSON.parse((await stored.artifacts.get(stored.reportHash)).toString('utf8')) as Report;
}, 60_000);
afterAll(async () => {
  await stored.close();
});

describe('render', () => {
  test('gives every file byte for byte as the run stored it, from the evidence alone', async () => {
    const out = join(stored.folder, 'out');
    const { code, stderr } = await stored.audit('render', '--evidence', stored.evidenceHash, '--out', out);
    expect(stderr).toBe(`Report ${stored.reportHash}, the same as in the archive.\n`);
    expect(code).toBe(0);
    for (const [name, { hash }] of Object.entries(stored.files)) {
      const path = join(out, name.startsWith('data/') ? name : `report.${name}`);
      expect({ name, same: (await readFile(path)).equals(await stored.artifacts.get(hash)) }).toEqual({
        name,
        same: true,
      });
    }
  });

  test('writes only the formats asked for; the beginning of the hash is enough', async () => {
    const out = join(stored.folder, 'only-md');
    expect(
      (
        await stored.audit(
          'render',
          '--evidence',
          stored.evidenceHash.slice(0, 10),
          '--out',
          out,
          '--format',
          'md',
        )
      ).code,
    ).toBe(0);
    // The appendices of the Markdown are a file beside it.
    expect((await readdir(out)).sort()).toEqual(['data', 'report.md']);
    expect(await readdir(join(out, 'data'))).toEqual(['appendices.md']);
  });

  test('a hash that is not there, and a folder that cannot be written, are named', async () => {
    const missing = await stored.audit('render', '--evidence', 'f'.repeat(64), '--out', stored.folder);
    expect(missing.code).toBe(3);
    expect(missing.stderr).toContain(`Artifact ${'f'.repeat(64)} is missing`);
    await mkdir(join(stored.folder, 'taken', 'report.md.part'), { recursive: true });
    const taken = await stored.audit(
      'render',
      '--evidence',
      stored.evidenceHash,
      '--out',
      join(stored.folder, 'taken'),
      '--format',
      'md',
    );
    expect(taken.code).toBe(3);
    expect(taken.stderr).toContain(
      'report.md cannot be written: it is a folder, not a file (EISDIR). Name another folder with --out.',
    );
  });
});

describe('import snapshots', () => {
  test('a file of which nothing can be used is a failure that shows its lines', async () => {
    const file = join(stored.folder, 'bad.jsonl');
    await writeFile(file, '{"half"\nhello\n');
    const { code, stdout, stderr } = await stored.audit('import', 'snapshots', file, '--bot', 'demo');
    expect(stdout).toBe('2 lines: 0 imported, 0 were there already, 2 bad.\n');
    expect(stderr).toContain('  line 1: not JSON\n  line 2: not JSON\n');
    expect(stderr).toContain('was imported: each of its 2 lines is bad.');
    expect(code).toBe(3);
  });

  test('what is missing is named, and an empty file is said to be empty', async () => {
    const file = join(stored.folder, 'odd.jsonl');
    await writeFile(file, '{"a":1}\n[]\n{"timestamp":"x","metrics":{"positions":{"total":1.5}}}\n');
    const { stderr } = await stored.audit('import', 'snapshots', file, '--bot', 'demo');
    expect(stderr).toContain(
      '  line 1: timestamp is missing\n  line 2: not a JSON object\n  line 3: metrics.positions.total is not a whole number\n',
    );
    await writeFile(file, '');
    expect(await stored.audit('import', 'snapshots', file, '--bot', 'demo')).toMatchObject({
      code: 0,
      stderr: `${file} holds no line; nothing was imported.\n`,
    });
    const folder = await stored.audit('import', 'snapshots', stored.folder, '--bot', 'demo');
    expect(folder.stderr).toContain('cannot be read: it is a folder, not a file (EISDIR).');
  });

  test.each([
    [['--bot', 'dmo'], 'Did you mean "demo"? The only bot is demo.'],
    [['--bot', 'demo', '--timezone', 'Europe/Berln'], 'Did you mean "Europe/Berlin"?'],
  ])('%j is wrong usage', async (args, message) => {
    const { code, stderr } = await stored.audit('import', 'snapshots', 'any.jsonl', ...args);
    expect(stderr).toContain(message);
    expect(code).toBe(64);
  });
});

describe('import exchange', () => {
  const at = '2026-11-20T08:00:00Z';
  const state = (more: object = {}) => JSON.stringify({ exchange: 'binance', at, positions: [], ...more });

  test('comes in once, refuses another file of its moment, and goes out again', async () => {
    const file = join(stored.folder, 'state.json');
    const run = (...args: readonly string[]) =>
      stored.audit('import', 'exchange', file, '--bot', 'demo', ...args);
    await writeFile(file, state({ colour: 1 }));
    const first = await run();
    expect(first).toMatchObject({ code: 0, stdout: '1 document: 1 imported, 0 were there already.\n' });
    expect(first.stderr).toContain('Not read, since nothing is known of them: colour.');
    expect((await run('--json')).stdout).toContain('"duplicates": 1');
    await writeFile(file, state({ openOrders: [] }));
    const refused = await run();
    expect(refused.code).toBe(3);
    expect(refused.stderr).toMatch(
      /Nothing of \S+state\.json was imported: the state of binance at 2026-11-20T08:00:00\.000Z is in the store and says something else\. .*--bot demo --remove`/,
    );
    expect((await run('--remove')).stdout).toBe('1 document: 1 removed.\n');
    expect((await run()).stdout).toContain('1 imported');
    expect((await run('--remove')).code).toBe(0);
  });

  test('a file that is none says where and why', async () => {
    const file = join(stored.folder, 'no-state.json');
    await writeFile(
      file,
      JSON.stringify({ exchange: 'binance', at: '2026-11-20 08:00:00', positions: [{}] }),
    );
    const { code, stderr } = await stored.audit('import', 'exchange', file, '--bot', 'demo');
    expect(stderr).toContain('was imported:\n  positions[0].symbol: ');
    expect(code).toBe(3);
    const folder = await stored.audit('import', 'exchange', stored.folder, '--bot', 'demo');
    expect(folder.stderr).toContain('cannot be read: it is a folder, not a file (EISDIR). Name a JSON file');
  });
});

describe('an import that is done again', () => {
  const line = (timestamp: string): string =>
    JSON.stringify({ timestamp, metrics: { positions: { total: 1, binance: 1 } } });

  test('in another zone is refused before anything is stored, and can be taken out first', async () => {
    const file = join(stored.folder, 'zones.jsonl');
    const run = (...args: readonly string[]) =>
      stored.audit('import', 'snapshots', file, '--bot', 'demo', ...args);
    const [first, second] = ['2026-01-05T10:00:07.123', '2026-01-05 10:01:07.123'];
    await writeFile(file, [line(first), line(second), line('2026-01-05T12:00:00Z')].join('\n'));
    expect((await run('--timezone', 'Europe/Berlin')).stdout).toContain('3 lines: 3 imported');
    // The same instants by another name of the zone.
    expect((await run('--timezone', 'Europe/Paris')).stdout).toContain('0 imported, 3 were there already');

    // More lines than before: none of them comes in.
    await writeFile(file, [line('2026-01-05T09:59:07'), line(first), line(second)].join('\n'));
    const refused = await run('--timezone', 'UTC');
    expect(refused.code).toBe(3);
    expect(refused.stderr).toMatch(
      /Nothing of \S+zones\.jsonl was imported: its line of 2026-01-05T10:00:07\.123 is in the store as 2026-01-05T09:00:07\.123\S*, read in Europe\/Berlin, and would now be read in UTC\. .*--bot demo --remove`/,
    );

    expect((await run('--timezone', 'UTC', '--remove')).stdout).toBe(
      '3 lines: 2 snapshots of demo removed.\n',
    );
    expect((await run('--remove')).stdout).toBe('3 lines: 0 snapshots of demo removed.\n');
    expect((await run('--timezone', 'UTC')).stdout).toContain('3 lines: 3 imported');
  });

  test('what the monitor took is not removed', async () => {
    const file = join(stored.folder, 'taken.jsonl');
    const at = '2026-01-06T10:00:00.000Z';
    const counts = Object.fromEntries(SNAPSHOT_COUNTS.map((name) => [name, 1]));
    const taken = { at, slot: at, by_exchange: {}, ...counts } as unknown as SnapshotRow;
    await insertSnapshots(stored.pool, 'demo', [taken]);
    await writeFile(file, line(at));
    const { stdout } = await stored.audit('import', 'snapshots', file, '--bot', 'demo', '--remove', '--json');
    expect(JSON.parse(stdout)).toEqual({ lines: 1, removed: 0, badLines: 0, reports: 0 });
  });
});

describe('list and show', () => {
  test('list prints a line a report', async () => {
    const { stdout, code } = await stored.audit('list', '--no-color');
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain('demo  2026-11-20 00:00-08:00');
    expect(lines[1]).toContain(report.judgement.verdict);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80);
  });

  test('list --json is one JSON document with the hashes that render and show take', async () => {
    const { stdout } = await stored.audit('list', '--json');
    expect(JSON.parse(stdout)).toMatchObject([
      {
        name: 'demo/production/20261120T0000Z-20261120T0800Z',
        reportHash: stored.reportHash,
        evidenceHash: stored.evidenceHash,
      },
    ]);
  });

  test.each([
    'latest',
    'demo/latest',
    'demo/production/latest',
    'demo/production/20261120T0000Z-20261120T0800Z',
  ])('show %s', async (name) => {
    const { stdout, code } = await stored.audit('show', name, '--format', 'json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual(report);
  });

  test('show takes the beginning of a hash, and prints Markdown or the addresses', async () => {
    const markdown = await stored.audit('show', stored.reportHash.slice(0, 8));
    expect(markdown.stdout.trimEnd()).toBe(
      (await stored.artifacts.get(stored.files['md']?.hash ?? '')).toString('utf8').trimEnd(),
    );
    const paths = await stored.audit('show', 'latest', '--format', 'path');
    const [, path = ''] = /^report\.md +(\/.*)$/m.exec(paths.stdout) ?? [];
    expect(await readFile(path, 'utf8')).toBe(
      (await stored.artifacts.get(stored.files['md']?.hash ?? '')).toString('utf8'),
    );
    const urls = await stored.audit('show', 'latest', '--format', 'url');
    expect(urls.stdout).toContain(
      'http://127.0.0.1:8787/reports/demo/production/20261120T0000Z-20261120T0800Z/report.html\n',
    );
  });

  test('a report that is not there is answered with those that are', async () => {
    const { code, stderr } = await stored.audit('show', 'other/latest');
    expect(code).toBe(3);
    expect(stderr).toContain(
      'There is no report "other/latest". The newest are:\n  demo/production/20261120T0000Z-20261120T0800Z',
    );
  });
});

describe('an empty list says what there is instead', () => {
  test('of a name that nobody knows', async () => {
    const { code, stdout, stderr } = await stored.audit('list', '--bot', 'dmo');
    expect(stderr).toContain('There is no report of bot dmo; there are reports of demo/production (1).');
    expect(stderr).toContain('Did you mean "demo"?');
    expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
  });

  test('of another kind', async () => {
    const { code, stdout } = await stored.audit('list', '--kind', 'monthly', '--bot', 'demo');
    expect(stdout).toBe(
      'There is no monthly report of bot demo; there are reports of demo/production (1).\n',
    );
    expect(code).toBe(0);
  });
});

describe('explain', () => {
  const withRows = (): Report['figures'][number] => {
    const figure = report.figures.find(
      ({ value, queries }) => typeof value === 'number' && queries.includes('snapshots'),
    );
    if (!figure) throw new Error('no figure of the snapshots');
    return figure;
  };

  test('names value, formula, query, parameters and first rows, and evaluates again', async () => {
    const figure = withRows();
    const { stdout, code, stderr } = await stored.audit('explain', 'latest', figure.key);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const part of [
      figure.key,
      figure.formula,
      'snapshots, 480 rows',
      `:from = 2026-11-20T00:00:00.000Z`,
      'first 5 of 480 rows',
      '"total":7',
    ]) {
      expect(stdout).toContain(part);
    }
    expect(stdout).toContain('Evaluated again from the stored evidence: the same value.');
  });

  test('a figure without a value says why', async () => {
    const figure = report.figures.find(({ value }) => value === null);
    const { stdout, code } = await stored.audit('explain', 'latest', figure?.key ?? '');
    expect(code).toBe(0);
    expect(stdout).toContain('not available: ');
  });

  test('--json is one JSON document', async () => {
    const figure = withRows();
    const { stdout } = await stored.audit('explain', 'latest', figure.key, '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      figure: { key: figure.key, value: figure.value },
      follows: true,
    });
  });

  test('an unknown figure is answered with the nearest', async () => {
    const figure = withRows();
    const { code, stderr } = await stored.audit('explain', 'latest', `${figure.key}x`);
    expect(code).toBe(3);
    expect(stderr).toContain(`There is no figure "${figure.key}x". Near it are:\n`);
    expect(stderr).toContain(`  ${figure.key}\n`);
  });
});

test('config prints what is in use and no secret', async () => {
  const { stdout, code } = await stored.audit('config', '--json');
  expect(code).toBe(0);
  const shown = JSON.parse(stdout) as { bots: object; storage: unknown };
  expect(Object.keys(shown.bots)).toEqual(['demo']);
  expect(shown.storage).toMatchObject({ databaseUrl: '<redacted>' });
});
