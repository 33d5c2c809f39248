import { describe, test, expect } from '@jest/globals';
import { spawn } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  isRunning,
  ownIdentity,
  startChild,
  startOf,
  stopProcess,
  tail,
  waitFor,
} from '../../local/process.ts';
import { scratchDirectory } from '../support/scratch.ts';

describe('a process is known by its pid and its start', () => {
  test('this process runs, and a pid that now belongs to another does not', () => {
    const own = ownIdentity();
    expect(isRunning(own)).toBe(true);
    expect(isRunning({ pid: own.pid, started: 'an earlier boot/1' })).toBe(false);
    expect(isRunning({ pid: 0, started: own.started })).toBe(false);
  });

  test('stopping leaves a process alone whose pid was reused', async () => {
    const stranger = spawn('sleep', ['60']);
    const pid = stranger.pid ?? 0;
    await stopProcess({ pid, started: `${String(startOf(pid))}0` }, { graceMs: 100 });
    expect(startOf(pid)).not.toBeNull();
    stranger.kill('SIGKILL');
  });
});

test('what a child writes is for its owner only, and our own files are as before', async () => {
  const folder = scratchDirectory('process');
  // Only a call that sets it says what it was without a race.
  const before = process.umask(0o022);
  const child = await startChild({
    command: 'bash',
    args: ['-c', `echo x > ${join(folder, 'written')}; mkdir ${join(folder, 'made')}`],
    environment: { PATH: process.env['PATH'] },
    logFile: join(folder, 'logs', 'child.log'),
  });
  expect(process.umask(before)).toBe(0o022);
  await child.ended;
  for (const name of ['written', 'made', 'logs', 'logs/child.log']) {
    expect([name, statSync(join(folder, name)).mode & 0o077]).toEqual([name, 0]);
  }
});

test('stopping ends a child that ignores SIGTERM, and what it started', async () => {
  const logFile = join(scratchDirectory('process'), 'child.log');
  const child = await startChild({
    command: 'bash',
    args: ['-c', 'trap "" TERM; sleep 61 & echo $!; wait; wait'],
    environment: { PATH: process.env['PATH'] },
    logFile,
  });
  await waitFor(() => tail(logFile) !== '', 30_000);
  const grandchild = Number(readFileSync(logFile, 'utf8'));
  expect(startOf(grandchild)).not.toBeNull();
  await stopProcess(child, { graceMs: 200 });
  expect(isRunning(child)).toBe(false);
  expect(await waitFor(() => startOf(grandchild) === null, 20_000)).toBe(true);
  await expect(child.ended).resolves.toBe('signal SIGKILL');
});

test('a program that is not there is an error that names it', async () => {
  const start = startChild({
    command: '/nonexistent/program',
    args: [],
    environment: {},
    logFile: join(scratchDirectory('process'), 'log'),
  });
  await expect(start).rejects.toThrow('/nonexistent/program did not start');
});
