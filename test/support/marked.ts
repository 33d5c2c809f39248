import { readFileSync, readdirSync } from 'node:fs';
import { startOf } from '../../local/process.ts';

/** Command lines of the processes that a stack of this state folder started, by the mark in their environment. */
export function marked(stateDirectory: string): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && startOf(Number(name)) !== null)
    .filter((name) => environmentOf(name).includes(`AUDIT_STACK=${stateDirectory}\0`))
    .map((name) => readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' '));
}

function environmentOf(pid: string): string {
  try {
    return `${readFileSync(`/proc/${pid}/environ`, 'latin1')}\0`;
  } catch {
    return '';
  }
}
