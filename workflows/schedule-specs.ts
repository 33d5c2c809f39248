import type { AuditConfig } from '../audit/configuration.ts';
import { SCHEDULE_PREFIX } from './schedule-prefix.ts';
import { BOT_ROWS, FLEET_ROWS, type ScheduleRow } from './schedule-rows.ts';
import type { ScheduleSpec } from './schedule-spec.ts';

/**
 * The schedules of a configuration. A window comes from the run's nominal time, so a late or repeated run audits what it
 * was meant to. Bots that are pinned by `asOf` are skipped; without another bot there is no schedule.
 */
export function scheduleSpecs({ bots }: Pick<AuditConfig, 'bots'>): readonly ScheduleSpec[] {
  const live = bots.filter(({ asOf }) => asOf === null);
  if (live.length === 0) return [];
  return [...FLEET_ROWS, ...BOT_ROWS.flatMap((rows) => live.flatMap(rows))].map(specOf);
}

function specOf({ name, ...row }: ScheduleRow): ScheduleSpec {
  return { id: `${SCHEDULE_PREFIX}${name}`, ...row, pausedBecause: null };
}
