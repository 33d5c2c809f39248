import { afterAll, expect, test } from '@jest/globals';
import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { stateDirectory } from '../../local/paths.ts';
import { tail, waitFor } from '../../local/process.ts';
import { doctorDirectory, stopStack } from '../../local/stack-stop.ts';
import { readState } from '../../local/state.ts';
import { marked } from '../support/marked.ts';
import { startProgram } from '../support/program.ts';
import { scratchDirectory } from '../support/scratch.ts';
import { cacheWithUnreadyPostgres } from './unready-postgres.ts';

const MINUTES = 60_000;
const environment = {
  ...process.env,
  AUDIT_STATE_DIRECTORY: scratchDirectory('interrupt'),
  AUDIT_PORTS: 'free',
};
const state = stateDirectory(environment);

afterAll(async () => {
  await stopStack(state);
});

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

interface Killed {
  readonly component: string;
}

/** Starts a command, sends it the signals (or kills components of its stack) once its output holds `at`, and tells how it ended. */
async function interrupted(
  args: readonly string[],
  at: string,
  ...signals: readonly (NodeJS.Signals | Killed)[]
): Promise<Ended> {
  const program = startProgram('cli.ts', args, environment);
  let output = '';
  const collect = (data: Buffer) => (output += data.toString('utf8'));
  program.child.stdout?.on('data', collect);
  program.child.stderr?.on('data', collect);
  const hasEnded = () => program.child.exitCode !== null;
  await waitFor(() => output.includes(at) || hasEnded(), 2 * MINUTES);
  expect(output).toContain(at);
  for (const signal of signals) {
    if (typeof signal === 'string') {
      program.child.kill(signal);
      await waitFor(() => output.includes('Stopping in order'), 2_000);
    } else process.kill(readState(state)?.processes[signal.component]?.pid ?? 0, 'SIGKILL');
  }
  const { code } = await program.ended;
  return { code, output };
}

test(
  'demo and run, interrupted in any way at any time, leave nothing that the next start does not clean',
  async () => {
    const starting = await interrupted(['demo'], 'mail catcher', 'SIGINT');
    expect(starting.output).toContain('Stopping in order; Ctrl-C again ends at once.');
    expect(starting.output).toContain('Interrupted while the stack was starting; nothing of it runs.');
    expect({ code: starting.code, alive: marked(state) }).toEqual({ code: 130, alive: [] });

    const auditing = await interrupted(['demo'], '  collect', 'SIGTERM');
    expect(auditing.output).toContain('Interrupted before the report was there.');
    expect(auditing.output).toContain('Everything is stopped');
    expect({ code: auditing.code, alive: marked(state) }).toEqual({ code: 130, alive: [] });

    const twice = await interrupted(['demo'], '  collect', 'SIGINT', 'SIGINT');
    expect(twice.code).toBe(130);
    expect(twice.output).not.toContain('Everything is stopped');

    const run = await interrupted(['run', '--shift', 'latest'], 'productionAudit demo', 'SIGINT');
    expect(run.output).toContain('It was asked to stop.');
    expect({ code: run.code, alive: marked(state) }).toEqual({ code: 130, alive: [] });

    const startingRun = await interrupted(['run', '--shift', 'latest'], 'mail catcher', 'SIGTERM');
    expect({ code: startingRun.code, alive: marked(state) }).toEqual({ code: 130, alive: [] });

    const killed = await interrupted(['run', '--shift', 'latest'], '  collect', 'SIGKILL');
    expect(killed.code).toBeNull();

    const { code, stdout } = await startProgram('cli.ts', ['demo', '--once'], environment).ended;
    expect(stdout).toMatch(/ FAIL \d\.\d {2}stability .*\n/);
    expect({ code, alive: marked(state) }).toEqual({ code: 0, alive: [] });
    // Its servers are gone: it names its files, and no link.
    expect(stdout).toMatch(/^ {2}file {5}.*report\.html$/m);
    expect(stdout).toContain(' demo` serves the report and the Web UI again.');
    expect(stdout).not.toContain('http://');
  },
  8 * MINUTES,
);

test(
  'a component killed with SIGKILL during the audit ends the demo with its name, and the next start recovers',
  async () => {
    for (const component of ['worker', 'temporal', 'postgres', 'mail']) {
      const { code, output } = await interrupted(['demo'], '  collect', { component });
      expect(output).toContain(`The component ${component} ended with signal SIGKILL.`);
      expect({ component, code, alive: marked(state) }).toEqual({ component, code: 3, alive: [] });
    }
    const { code, stdout } = await startProgram('cli.ts', ['demo', '--once'], environment).ended;
    expect(stdout).toMatch(/ FAIL \d\.\d {2}stability .*\n/);
    expect({ code, alive: marked(state) }).toEqual({ code: 0, alive: [] });
  },
  8 * MINUTES,
);

test(
  'doctor, interrupted while it tries PostgreSQL, leaves neither a process nor a folder',
  async () => {
    const mark = doctorDirectory(state);
    const program = startProgram('cli.ts', ['doctor'], {
      ...environment,
      AUDIT_CACHE_DIRECTORY: cacheWithUnreadyPostgres(environment),
    });
    const standsBy = () =>
      globSync(join(mark, '*/data/postmaster.pid')).some((file) => tail(file).includes('standby'));
    expect(await waitFor(standsBy, MINUTES)).toBe(true);
    expect(marked(mark).join('\n')).toContain('postgres');
    program.child.kill('SIGINT');
    const { code, stderr } = await program.ended;
    expect(stderr).toContain('Interrupted; what doctor had started has ended.');
    expect({ code, alive: marked(mark), left: existsSync(mark) }).toEqual({
      code: 130,
      alive: [],
      left: false,
    });
  },
  2 * MINUTES,
);
