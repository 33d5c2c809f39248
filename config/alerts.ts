import type { AlertsConfig } from '../audit/alerts/alerts-config.ts';
import { insteadOf } from './nearest.ts';
import type { ConfigFile } from './schema.ts';
import type { KeyPath } from './yaml-source.ts';
import { zoneProblem } from './zone.ts';

/** The key `alerts` as the worker uses it; names of groups that are not there are reported under their keys. */
export function toAlerts(
  file: ConfigFile['alerts'],
  groups: readonly string[],
  report: (key: KeyPath, message: string) => void,
): AlertsConfig {
  const { thresholds, contacts, watchdog, reportDueMinutes, escalateMinutes, quietHours, ...times } = file;
  const named: readonly (readonly [KeyPath, readonly string[]])[] = [
    [['alerts', 'contacts', 'L1'], contacts.L1],
    [['alerts', 'contacts', 'L2'], contacts.L2],
    [['alerts', 'contacts', 'L3'], contacts.L3],
    [['alerts', 'watchdog'], watchdog],
  ];
  for (const [key, names] of named)
    names.forEach((name, index) => {
      // The default stands whether there is a mail server or not.
      if (name !== 'everyone' && !groups.includes(name))
        report(
          [...key, index],
          `names "${name}", which is no group.${insteadOf('group', name, [...groups, 'everyone'])}`,
        );
    });
  const [second, third] = escalateMinutes;
  if (third <= second)
    report(
      ['alerts', 'escalateMinutes'],
      `is [${String(second)}, ${String(third)}]: L3 must be told after L2.`,
    );
  const zone = quietHours === undefined ? null : zoneProblem(quietHours.timeZone);
  if (zone !== null) report(['alerts', 'quietHours', 'timeZone'], zone);
  return {
    ...{ limits: thresholds, contacts, watchdog, reportDueMinutes, times: { ...times, escalateMinutes } },
    quietHours: quietHours ?? null,
  };
}
