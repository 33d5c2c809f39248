import { apiErrors, failureRate, strategySuccess, stuckDecisions } from './decision-rules.ts';
import { heartbeatGap, notificationsBlocked, serviceSilent, zeroIngestion } from './life-rules.ts';
import { globalBlocker, storage, unprotectedPosition } from './risk-rules.ts';
import type { AlertRule } from './rule.ts';

/** Every alert that is asked of a bot's database, causes before what follows from them. */
export const ALERT_RULES: readonly AlertRule[] = [
  heartbeatGap,
  globalBlocker,
  unprotectedPosition,
  serviceSilent,
  stuckDecisions,
  failureRate,
  apiErrors,
  zeroIngestion,
  notificationsBlocked,
  strategySuccess,
  storage,
];

/** What the watching itself can raise. */
export const DATABASE_AWAY = {
  id: 'database-away',
  title: 'The bot’s database cannot be read',
  level: 'critical',
  todo: 'See that its server runs and can be reached from the worker, and that the role may connect (`production-audit doctor`). Until then no other alert of this bot can be watched.',
} as const;

export const CANNOT_WATCH = {
  id: 'cannot-watch',
  title: 'An alert cannot be watched',
  level: 'warning',
  todo: 'Read why its query fails (`production-audit doctor` tries the mapping), and correct the SELECT, the rights or the index that it lacks.',
} as const;

/** Title and what to do of any rule's id. */
export function alertFacts(rule: string): { readonly title: string; readonly todo: string } {
  const known = [...ALERT_RULES, DATABASE_AWAY, CANNOT_WATCH].find(({ id }) => id === rule);
  return known ?? { title: rule, todo: 'See docs/alerts.md.' };
}
