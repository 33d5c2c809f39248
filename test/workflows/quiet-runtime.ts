import { DefaultLogger, Runtime } from '@temporalio/worker';

/** Temporal's warnings would drown a test's output; what fails shows in results. One runtime a process, so one module. */
export const quiet = new DefaultLogger('ERROR');
Runtime.install({ logger: quiet });
