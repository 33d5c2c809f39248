import { execFileSync, spawnSync } from 'node:child_process';
import { chownSync, mkdirSync, readdirSync, readlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { AuditResult } from '../../workflows/types.ts';
import { startStage, type Stage } from './stage.ts';
import { startWorkerProcess } from './worker-process.ts';

/** Where the tests run as root, the worker is `nobody`; else it is whoever runs them. */
const isRoot = process.getuid?.() === 0;
const USER = isRoot ? { uid: 65_534, gid: 65_534 } : {};
const UID = String(isRoot ? USER.uid : process.getuid?.());

let stage: Stage;
let home: string;
beforeAll(async () => {
  stage = await startStage('unprivileged');
  const folder = dirname(stage.configFile);
  home = join(folder, 'home');
  mkdirSync(home);
  if (isRoot)
    for (const path of ['.', ...readdirSync(folder, { recursive: true, encoding: 'utf8' })])
      chownSync(join(folder, path), 65_534, 65_534);
});
afterAll(async () => {
  await stage.stop();
});

/** Why the browser can have no sandbox here, or null. */
function noNamespaces(): string | null {
  const { status, stderr, error } = spawnSync('unshare', ['--user', 'true'], { ...USER, encoding: 'utf8' });
  return status === 0 ? null : (error?.message ?? stderr.trim());
}

/** Command line and user of each process of the worker's browsers. */
function browsers(): readonly { readonly pid: string; readonly uid: string; readonly args: string }[] {
  return execFileSync('ps', ['-eo', 'pid,uid,args', '-ww'], { encoding: 'utf8' })
    .split('\n')
    .flatMap((line) => {
      const [, pid = '', uid = '', args = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
      return uid === UID && /(?:headless|chrom)/i.test(args) && args.includes('--type=')
        ? [{ pid, uid, args }]
        : [];
    });
}

test('a whole audit runs as an unprivileged user, its browser in its sandbox', async () => {
  const worker = await startWorkerProcess(stage, { HOME: home }, USER);
  const result = (await stage.client.workflow.execute('productionAudit', {
    taskQueue: stage.taskQueue,
    workflowId: `unprivileged-${String(process.pid)}`,
    args: [{ last: '8h', deliver: true }],
  })) as AuditResult;
  expect(result).toMatchObject({ verdict: 'FAIL', mails: { sent: 1, failed: 0 } });
  const reason = noNamespaces();
  if (reason === null) {
    expect(result.degraded).toEqual([]);
    const found = browsers();
    expect(found.filter(({ args }) => args.includes('--no-sandbox'))).toEqual([]);
    // The zygote, and with it every renderer, lives in a user namespace of its own: that is the sandbox.
    const own = readlinkSync('/proc/self/ns/user');
    const inside = found.filter(
      ({ pid, args }) => args.includes('--type=zygote') && namespaceOf(pid) !== own,
    );
    expect(inside.length).toBeGreaterThan(0);
    const pdf = await fetch(result.urls['pdf'] ?? '');
    expect(Buffer.from(await pdf.arrayBuffer()).toString('latin1', 0, 5)).toBe('%PDF-');
  } else {
    process.stderr.write(
      `SKIPPED: the browser's sandbox needs user namespaces, which are not had here: ${reason}\n`,
    );
    expect(result.degraded.join()).toMatch(/^pdf: /);
  }
  expect(await worker.kill('SIGTERM')).toBe(0);
}, 240_000);

/** Null for a process that has ended, or whose namespace this user may not see. */
function namespaceOf(pid: string): string | null {
  try {
    return readlinkSync(`/proc/${pid}/ns/user`);
  } catch {
    return null;
  }
}
