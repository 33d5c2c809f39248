/** Prefix of the schedules that are ours: nothing else is listed or touched. */
export const SCHEDULE_PREFIX = 'audit-';
