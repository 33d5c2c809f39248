import { ROLES, SLOTS, type Role, type TakenRole } from '../audit/task-queues.ts';
import { named, type Environment } from './environment.ts';

const MOST_SLOTS = 200;

/**
 * The roles of a worker, from AUDIT_ROLES (`collect`, or `collect:12,render`, a number being how many at once). Left out:
 * all of them where task queues are separate, else the one queue. Where `main` does light work alone, each monitored bot
 * has a place of its own for the seconds before its minute; on the one queue it would be a place for a large audit as well.
 */
export function rolesOf(
  environment: Environment,
  { separate, monitored }: { readonly separate: boolean; readonly monitored: number },
  report: (problem: string) => void,
): readonly TakenRole[] {
  const text = named(environment, 'AUDIT_ROLES');
  const usual = (role: Role): number =>
    role === 'main' && separate ? Math.min(MOST_SLOTS, SLOTS.main + monitored) : SLOTS[role];
  const all = (separate ? ROLES : (['main'] as const)).map((role) => ({ role, slots: usual(role) }));
  if (text === undefined) return all;
  if (!separate) {
    report(
      'AUDIT_ROLES is set, and all work is on one task queue. Set temporal.separateQueues: true in the configuration of every worker, or unset AUDIT_ROLES.',
    );
    return all;
  }
  const taken = text.split(',').map((part) => takenRole(part.trim(), usual));
  const names = new Set(taken.map((one) => one?.role));
  if (taken.includes(null) || names.size < taken.length) {
    report(
      `the environment variable AUDIT_ROLES is "${text}". Expected ${ROLES.join(', ')}, each once, with how many at once if you like, such as collect:12,render.`,
    );
    return all;
  }
  return taken.filter((one) => one !== null);
}

function takenRole(text: string, usual: (role: Role) => number): TakenRole | null {
  const [, name, count] = /^([a-z]+)(?::([1-9]\d{0,2}))?$/.exec(text) ?? [];
  const role = ROLES.find((one: Role) => one === name);
  if (role === undefined) return null;
  const slots = count === undefined ? usual(role) : Number(count);
  return slots <= MOST_SLOTS ? { role, slots } : null;
}
