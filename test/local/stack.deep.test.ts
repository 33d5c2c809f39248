import { describe, test, expect } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporalPlace } from '../../config/temporal.ts';
import { isRunning, stopProcess, waitFor } from '../../local/process.ts';
import { startStack } from '../../local/stack.ts';
import type { StackOptions } from '../../local/stack.ts';
import { readState, runningStack } from '../../local/state.ts';
import type { StackConnection } from '../../local/state.ts';
import { temporalAnswers } from '../../local/temporal-server.ts';
import { marked } from '../support/marked.ts';
import { startProgram } from '../support/program.ts';
import { scratchDirectory } from '../support/scratch.ts';

const HOLDER = 'test/local/programs/hold-stack.ts';

function options(stateDirectory: string): StackOptions {
  return {
    environment: process.env,
    owner: 'this-process',
    configPath: null,
    now: new Date('2026-11-20T09:00:00Z'),
    stateDirectory,
  };
}

async function isReady(connection: StackConnection): Promise<boolean> {
  const { ok } = await fetch(`${connection.reportUrl}/readyz`);
  return ok && (await temporalAnswers(await temporalPlace(connection.environment)));
}

describe('a stack', () => {
  test('whose owner was killed with SIGKILL is ended and replaced by the next start, with its data', async () => {
    const stateDirectory = scratchDirectory('stack');
    const holder = startProgram(HOLDER, [stateDirectory]);
    const left = JSON.parse(await holder.firstLine) as StackConnection;
    const processes = Object.values(readState(stateDirectory)?.processes ?? {});
    expect(processes).toHaveLength(4);
    holder.child.kill('SIGKILL');
    await holder.ended;
    expect(await isReady(left)).toBe(true);
    expect(runningStack(stateDirectory)).toBeNull();

    const stack = await startStack(options(stateDirectory));
    expect(processes.filter(isRunning)).toEqual([]);
    expect(await isReady(stack.connection)).toBe(true);
    expect(stack.components.find(({ name }) => name === 'demo bot')?.detail).toContain('kept');

    // Another command of the clone uses it and leaves it running.
    const second = await startStack(options(stateDirectory));
    expect(second.started).toBe(false);
    await second.stop();
    expect(await isReady(stack.connection)).toBe(true);

    const worker = readState(stateDirectory)?.processes['worker'];
    if (worker) process.kill(worker.pid, 'SIGKILL');
    await expect(stack.broken).resolves.toBe('The component worker ended with signal SIGKILL.');
    await stack.stop();
    expect(marked(stateDirectory)).toEqual([]);
  }, 120_000);

  test('ends with its owner on SIGTERM, also in the middle of its start', async () => {
    const stateDirectory = scratchDirectory('stack');
    for (const delayMs of [300, 900, 1_800]) {
      const program = startProgram(HOLDER, [stateDirectory]);
      await waitFor(() => readState(stateDirectory) !== null, 10_000);
      await waitFor(() => false, delayMs);
      program.child.kill('SIGTERM');
      await program.ended;
      expect(marked(stateDirectory)).toEqual([]);
      expect(readState(stateDirectory)).toBeNull();
    }
  }, 120_000);

  test('that cannot start says which component and where its log is, and leaves nothing', async () => {
    const stateDirectory = scratchDirectory('stack');
    const configPath = join(stateDirectory, 'audit.config.yaml');
    writeFileSync(configPath, 'bots: 7\n');
    const start = startStack({ ...options(stateDirectory), configPath });
    await expect(start).rejects.toThrow(/The worker did not become ready.*worker\.log/s);
    expect(marked(stateDirectory)).toEqual([]);
    expect(readState(stateDirectory)).toBeNull();
  }, 120_000);

  test('runs beside the stack of another clone, each on its own ports', async () => {
    const [first, second] = await Promise.all(
      ['one', 'two'].map(async (name) => startStack(options(scratchDirectory(name)))),
    );
    if (!first || !second) throw new Error('two stacks were started');
    expect(await isReady(first.connection)).toBe(true);
    expect(await isReady(second.connection)).toBe(true);
    expect(first.connection.reportUrl).not.toBe(second.connection.reportUrl);
    await first.stop();
    expect(await isReady(second.connection)).toBe(true);
    await second.stop();
  }, 120_000);
});

test('a component killed by SIGKILL in a stack without an owner makes the next start replace all', async () => {
  const stateDirectory = scratchDirectory('stack');
  const first = await startStack({ ...options(stateDirectory), owner: 'nobody' });
  const temporal = readState(stateDirectory)?.processes['temporal'];
  if (!temporal) throw new Error('the state names no Temporal server');
  await stopProcess(temporal, { signal: 'SIGKILL' });
  const second = await startStack(options(stateDirectory));
  expect(second.started).toBe(true);
  expect(await isReady(second.connection)).toBe(true);
  expect(second.connection.auditDatabaseUrl).toContain(new URL(first.connection.auditDatabaseUrl).password);
  await second.stop();
  expect(marked(stateDirectory)).toEqual([]);
}, 120_000);
