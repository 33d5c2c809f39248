import { mkdir, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Report } from '../../audit/report.ts';
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

  test('a finding says by its rule or id what it rests on, and its figures are explained in turn', async () => {
    const [finding] = report.findings;
    if (finding === undefined) throw new Error('no finding');
    const byRule = await stored.audit('explain', 'latest', finding.rule.toLowerCase());
    expect({ code: byRule.code, stderr: byRule.stderr }).toEqual({ code: 0, stderr: '' });
    expect((await stored.audit('explain', 'latest', finding.id)).stdout).toContain(finding.id);
    for (const part of [
      finding.id,
      finding.firstSeen,
      '  cause ',
      '  do ',
      '  verify ',
      'See for yourself, in',
    ])
      expect(byRule.stdout).toContain(part);
    const [, key = ''] = /Its figures\n.*\n {4}(\S.*)\n/.exec(byRule.stdout) ?? [];
    expect((await stored.audit('explain', 'latest', key)).code).toBe(0);
    const { stdout } = await stored.audit('explain', 'latest', finding.id, '--json');
    expect(JSON.parse(stdout)).toMatchObject({ findings: [{ id: finding.id }] });
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

describe('verify', () => {
  test('says that the archive is whole, and its head as show prints it', async () => {
    const { stdout, code } = await stored.audit('verify', '--no-color');
    expect(code).toBe(0);
    const [, head = ''] = /Its head is (\d+:[0-9a-f]{64})\./.exec(stdout) ?? [];
    expect(stdout).toMatch(/^ {2}chain {12}3 entries$/m);
    expect((await stored.audit('show', 'latest')).stderr).toContain(
      `Head of the archive's chain: ${head.slice(0, 14)}`,
    );
    expect((await stored.audit('verify', '--head', head.slice(0, 14))).code).toBe(0);
  });

  test('names what is wrong and what to do, with exit code 1; a head that is none is wrong usage', async () => {
    const cut = await stored.audit('verify', '--no-color', '--head', `99:${'a'.repeat(12)}`);
    expect([cut.code, cut.stdout]).toEqual([
      1,
      expect.stringMatching(/^WRONG {2}The chain ends at entry 3, .*cut off\.\n {7}Restore /m),
    ]);
    expect((await stored.audit('verify', '--head', 'newest')).code).toBe(64);
    expect((await stored.audit('verify', '--bot', 'nobody')).code).toBe(64);
  });
});
