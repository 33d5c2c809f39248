/** What a worker may do: `main` runs the workflows and the small activities, the others what their names say. */
export const ROLES = ['main', 'collect', 'compute', 'render'] as const;
export type Role = (typeof ROLES)[number];
/** Roles whose activities have a task queue of their own when queues are separate. */
export type ActivityRole = Exclude<Role, 'main'>;

/** A role that a worker has taken, with how many activities of it run at once. */
export interface TakenRole {
  readonly role: Role;
  readonly slots: number;
}

/** Activities at once: collecting waits for databases, computing fills a processor, a browser fills memory. */
export const SLOTS: Readonly<Record<Role, number>> = { main: 16, collect: 8, compute: 4, render: 2 };

/** Of a configuration whose task queue is `audits`: `audits`, `audits-collect`, `audits-compute`, `audits-render`. */
export function taskQueueOf(taskQueue: string, role: Role): string {
  return role === 'main' ? taskQueue : `${taskQueue}-${role}`;
}

/** The task queue of each role that has its own. */
export function separateQueues(taskQueue: string): Readonly<Record<ActivityRole, string>> {
  return {
    collect: taskQueueOf(taskQueue, 'collect'),
    compute: taskQueueOf(taskQueue, 'compute'),
    render: taskQueueOf(taskQueue, 'render'),
  };
}
