import { describe, test, expect } from '@jest/globals';
import { mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cloneKey } from '../../local/paths.ts';
import { DEFAULT_PORTS } from '../../local/ports.ts';
import { ownIdentity } from '../../local/process.ts';
import { clearState, prepareStateDirectory, readState, runningStack, writeState } from '../../local/state.ts';
import type { StackConnection, StackState } from '../../local/state.ts';
import { scratchDirectory } from '../support/scratch.ts';

const DEAD = { pid: ownIdentity().pid, started: 'an earlier process with this pid' };
const CONNECTION: StackConnection = {
  temporalAddress: '127.0.0.1:1',
  temporalUiUrl: null,
  taskQueue: 'audits',
  auditDatabaseUrl: 'postgres://audit:secret@127.0.0.1:1/audit',
  smtpUrl: 'smtp://127.0.0.1:1',
  mailUiUrl: null,
  reportUrl: 'http://127.0.0.1:1',
  metricsUrl: 'http://127.0.0.1:1/metrics',
  configPath: '/etc/audit.config.yaml',
  artifactDirectory: '/var/lib/audit',
  environment: {},
};

function state(changes: Partial<StackState>): StackState {
  return {
    schemaVersion: 1,
    clone: '/clone',
    startedAt: '2026-11-20T00:00:00.000Z',
    owner: ownIdentity(),
    processes: { worker: ownIdentity() },
    ports: DEFAULT_PORTS,
    connection: CONNECTION,
    ...changes,
  };
}

describe('the running stack', () => {
  test('is there while its owner and every process run', () => {
    const directory = scratchDirectory('state');
    expect(runningStack(directory)).toBeNull();
    writeState(directory, state({}));
    expect(runningStack(directory)?.connection.temporalAddress).toBe('127.0.0.1:1');
    writeState(directory, state({ owner: null }));
    expect(runningStack(directory)).not.toBeNull();
    clearState(directory);
    expect(runningStack(directory)).toBeNull();
  });

  test.each([
    ['its owner was killed and the pid reused', { owner: DEAD }],
    ['one of its processes died', { processes: { worker: ownIdentity(), mail: DEAD } }],
    ['it is still starting', { connection: null }],
  ])('is not there when %s', (_why, changes) => {
    const directory = scratchDirectory('state');
    writeState(directory, state(changes));
    expect(runningStack(directory)).toBeNull();
  });
});

test('the state file holds passwords and is for its owner only', () => {
  const directory = scratchDirectory('state');
  writeState(directory, state({}));
  expect(statSync(join(directory, 'stack.json')).mode & 0o077).toBe(0);
});

test('what an earlier program left open in the state folder is closed to others', () => {
  const directory = scratchDirectory('state');
  writeFileSync(join(directory, 'temporal.sqlite'), '', { mode: 0o644 });
  mkdirSync(join(directory, 'logs'), { mode: 0o755 });
  symlinkSync('/etc/hostname', join(directory, 'link'));
  symlinkSync('/nowhere', join(directory, 'dangling'));
  const linked = statSync('/etc/hostname').mode;
  prepareStateDirectory(directory);
  for (const name of ['temporal.sqlite', 'logs']) {
    expect([name, statSync(join(directory, name)).mode & 0o077]).toEqual([name, 0]);
  }
  expect(statSync('/etc/hostname').mode).toBe(linked);
  // Root's may be passed through, to PostgreSQL's folder, and not be read.
  expect(statSync(directory).mode & 0o066).toBe(0);
});

test('a state file that is cut off or of another version is no state', () => {
  const directory = scratchDirectory('state');
  writeFileSync(join(directory, 'stack.json'), '{"schemaVersion": 1, "cl');
  expect(readState(directory)).toBeNull();
  writeFileSync(join(directory, 'stack.json'), '{"schemaVersion": 99}');
  expect(readState(directory)).toBeNull();
});

test('two clones have two keys', () => {
  expect(cloneKey('/home/a/audit')).not.toBe(cloneKey('/home/b/audit'));
});
