import { readdirSync, readFileSync } from 'node:fs';

/** Ticks of a second in /proc: fixed on Linux for all that Node runs on. */
const TICKS = 100;
const PAGE_BYTES = 4096;

interface Stat {
  readonly name: string;
  readonly parent: number;
  readonly ownS: number;
  /** Of children that have ended. */
  readonly endedS: number;
  readonly residentBytes: number;
}

/** What a process and all below it have used so far; Linux only. */
export interface TreeUse {
  /** CPU seconds of the process itself, by the names of its threads. */
  readonly threads: Readonly<Record<string, number>>;
  /** CPU seconds of its children, those that have ended too. */
  readonly childrenS: number;
  readonly residentBytes: number;
}

/** Children that have ended are counted with who waited for them, so that none is missed between two looks. */
export function treeUse(pid: number): TreeUse {
  const stats = new Map<number, Stat>();
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? statOf(`/proc/${name}/stat`) : null;
    if (stat !== null) stats.set(Number(name), stat);
  }
  const isBelow = (child: number): boolean => {
    const parent = stats.get(child)?.parent;
    return parent !== undefined && parent !== 0 && (parent === pid || isBelow(parent));
  };
  const below = [...stats].filter(([child]) => isBelow(child)).map(([, stat]) => stat);
  const root = stats.get(pid);
  return {
    threads: threadsOf(pid),
    childrenS: below.reduce((total, { ownS, endedS }) => total + ownS + endedS, root?.endedS ?? 0),
    residentBytes: below.reduce(
      (total, { residentBytes }) => total + residentBytes,
      root?.residentBytes ?? 0,
    ),
  };
}

/** CPU seconds of a process and all below it. */
export function treeCpuS(pid: number): number {
  const { threads, childrenS } = treeUse(pid);
  return Object.values(threads).reduce((total, s) => total + s, childrenS);
}

function threadsOf(pid: number): Readonly<Record<string, number>> {
  const used: Record<string, number> = {};
  const folder = `/proc/${String(pid)}/task`;
  for (const thread of readdirSync(folder)) {
    const stat = statOf(`${folder}/${thread}/stat`);
    if (stat === null) continue;
    used[stat.name] = (used[stat.name] ?? 0) + stat.ownS;
  }
  return used;
}

/** Null when it has ended meanwhile. */
function statOf(file: string): Stat | null {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return null;
  }
  // The second field is the name in parentheses and may itself hold spaces and parentheses.
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const seconds = (...indexes: readonly number[]): number =>
    indexes.reduce((total, index) => total + (fields[index] ?? 0), 0) / TICKS;
  return {
    name: text.slice(text.indexOf('(') + 1, text.lastIndexOf(')')),
    parent: fields[1] ?? 0,
    ownS: seconds(11, 12),
    endedS: seconds(13, 14),
    residentBytes: (fields[21] ?? 0) * PAGE_BYTES,
  };
}
