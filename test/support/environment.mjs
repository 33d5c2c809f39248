import { basename } from 'node:path';
import { TestEnvironment } from 'jest-environment-node';

// A worker of jest whose event loop is empty would give its heap back piece by piece before it ends. On a busy machine
// that takes longer than the half second that jest waits, which then says that a test has left something open. What is
// left open still keeps the worker from this event.
if (basename(process.argv[1] ?? '') === 'processChild.js') process.once('exit', () => process.exit());

export default TestEnvironment;
