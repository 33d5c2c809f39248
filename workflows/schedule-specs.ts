import type { AuditConfig } from '../audit/configuration.ts';
import { SCHEDULE_PREFIX } from './schedule-prefix.ts';
import { BOT_ROWS, FLEET_ROWS, type ScheduleRow } from './schedule-rows.ts';
import type { ScheduleSpec } from './schedule-spec.ts';

/**
 * The schedules of a configuration. A window comes from the run's nominal time, so a late or repeated run audits what it
 * was meant to. Bots that are pinned by `asOf` are skipped. Where there is no other, theirs are made paused, so that they
 * can be seen and tried: no time passes for such a bot, and each run would make the same report.
 */
export function scheduleSpecs({ bots }: Pick<AuditConfig, 'bots'>): readonly ScheduleSpec[] {
  const live = bots.filter(({ asOf }) => asOf === null);
  const [scheduled, pausedBecause] = live.length > 0 ? [live, null] : [bots, PINNED];
  return [...FLEET_ROWS, ...BOT_ROWS.flatMap((rows) => scheduled.flatMap(rows))].map(
    ({ name, ...row }: ScheduleRow) => ({ id: `${SCHEDULE_PREFIX}${name}`, ...row, pausedBecause }),
  );
}

const PINNED =
  'every bot is pinned to a time by asOf. Trigger it to see what a run makes as of then; without asOf, apply again ends the pause.';
