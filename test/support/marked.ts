import { readdirSync } from 'node:fs';
import { ofProcess, startOf } from '../../local/process.ts';

/** Command lines of the processes that a stack of this state folder started, by the mark in their environment. */
export function marked(stateDirectory: string): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => startOf(pid) !== null)
    .filter((pid) => `${ofProcess(pid, 'environ')}\0`.includes(`AUDIT_STACK=${stateDirectory}\0`))
    .map((pid) => ofProcess(pid, 'cmdline').replaceAll('\0', ' '));
}
