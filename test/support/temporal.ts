import { join } from 'node:path';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { errorMessage } from '../../audit/error-message.ts';
import { freePort } from '../../local/ports.ts';
import { startTemporalServer } from '../../local/temporal-server.ts';
import { findTestServerBinary } from '../../local/temporal-binary.ts';
import { sharedServer } from './run-folder.ts';

export interface TemporalFacts {
  readonly address: string;
  readonly uiUrl: string;
}

/** The run's one real server with its Web UI and the audit's search attributes; the first caller starts it. */
export async function temporalServer(): Promise<TemporalFacts> {
  return sharedServer('temporal', async (folder) => {
    const [port, uiPort] = [await freePort(process.env), await freePort(process.env)];
    const server = await startTemporalServer({
      environment: process.env,
      logFile: join(folder, 'temporal.log'),
      port,
      uiPort,
      databaseFile: null,
    });
    return { process: server.process, facts: { address: server.address, uiUrl: server.uiUrl ?? '' } };
  });
}

/** `127.0.0.1:PORT` of that server; namespace `default`. Use a task queue of your own per test file. */
export async function temporalAddress(): Promise<string> {
  return (await temporalServer()).address;
}

/** A connected environment on that server; tear it down at the end (the server stays). */
export async function temporalEnvironment(): Promise<TestWorkflowEnvironment> {
  return TestWorkflowEnvironment.createFromExistingServer({
    address: await temporalAddress(),
    namespace: 'default',
  });
}

/** Starts of a server before it is given up: the SDK waits five seconds for one, which a loaded machine takes longer for. */
const STARTS = 4;

/** A time-skipping server of the caller's own; it has no schedules, visibility or UI. Tear it down at the end. */
export async function timeSkippingEnvironment(): Promise<TestWorkflowEnvironment> {
  const path = await findTestServerBinary(process.env);
  for (let start = 1; ; start += 1) {
    try {
      return await TestWorkflowEnvironment.createTimeSkipping({
        server: { executable: { type: 'existing-path', path } },
      });
    } catch (error) {
      if (start === STARTS || !errorMessage(error).includes('did not start within')) throw error;
    }
  }
}
