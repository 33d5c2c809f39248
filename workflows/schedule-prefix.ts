/** Prefix of the schedules that are ours: nothing else is listed or touched. */
export const SCHEDULE_PREFIX = 'audit-';

/** The memo by which a schedule is known as made by `schedules apply`, with the task queue it was made for. */
export const OWNER_MEMO = 'auditSchedulesOf';
