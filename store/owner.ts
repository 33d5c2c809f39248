import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

const TAG = /^([0-9a-f]{8})\.(\d{1,10})\.(\d{1,20})$/;

/** It stays the same as long as the process, and every artifact asks for it. */
let own: string | null = null;

/** Names this process among all that may share a folder: machine and process namespace, id, and when it started. */
export function ownerTag(): string {
  own ??= `${place()}.${String(process.pid)}.${startOf(process.pid) ?? '0'}`;
  return own;
}

/** What became of the process that a name tells of; `elsewhere` when it cannot be seen from here. */
export function ownerState(tag: string): 'alive' | 'dead' | 'elsewhere' {
  const [, at, id, started] = TAG.exec(tag) ?? [];
  if (at !== place()) return 'elsewhere';
  const pid = Number(id);
  if (!isRunning(pid)) return 'dead';
  // Ids come round again.
  const now = startOf(pid);
  return now === null || now === started ? 'alive' : 'dead';
}

/** Process ids mean something only within a machine and its container. */
function place(): string {
  let namespace = '';
  try {
    namespace = readlinkSync('/proc/self/ns/pid');
  } catch {
    // Not Linux: the machine's name has to do.
  }
  return createHash('sha256').update(`${hostname()} ${namespace}`).digest('hex').slice(0, 8);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Clock ticks from the machine's start to the process's (proc(5), field 22); null where nobody says. */
function startOf(pid: number): string | null {
  try {
    const text = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
