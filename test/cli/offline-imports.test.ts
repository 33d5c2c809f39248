import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SNAPSHOT_COUNTS, type SnapshotRow } from '../../audit/snapshot.ts';
import { insertSnapshots } from '../../store/snapshots.ts';
import { createStoredAudit, type StoredAudit } from './stored-audit.ts';

let stored: StoredAudit;

beforeAll(async () => {
  stored = await createStoredAudit();
}, 60_000);
afterAll(async () => {
  await stored.close();
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
