import type { AlertLook, AlertTimes, Firing, RuleLook } from './alert.ts';
import { ALERT_LEVELS } from './rule.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Clocks differ a little; a look from further ahead would keep those that follow from counting. */
const AHEAD_MS = 5 * 60_000;
const STATES: readonly unknown[] = ['watched', 'unknown', 'unwatched'] satisfies RuleLook['state'][];

/** Whether a value is a look at this bot: whoever opens the Web UI can send anything in its place. */
export function isLookAt(bot: string, value: unknown, nowMs: number): value is AlertLook {
  if (!isFields(value) || value['bot'] !== bot) return false;
  const { at, rules, times } = value;
  const isTimely = isTime(at) && Date.parse(at) <= nowMs + AHEAD_MS;
  return isTimely && Array.isArray(rules) && rules.every(isRuleLook) && isTimes(times);
}

function isRuleLook(value: unknown): boolean {
  if (!isFields(value) || !areTexts(value, ['rule', 'title'])) return false;
  const { state, reason, firings, doubt } = value;
  return (
    STATES.includes(state) &&
    (reason === null || typeof reason === 'string') &&
    Array.isArray(firings) &&
    firings.every(isFiring) &&
    (doubt === null || isFiring(doubt))
  );
}

function isFiring(value: unknown): boolean {
  if (!isFields(value)) return false;
  const { level, inhibitedBy } = value;
  return (
    areTexts(value, ['id', 'rule', 'title', 'subject', 'text'] satisfies (keyof Firing)[]) &&
    (ALERT_LEVELS as readonly unknown[]).includes(level) &&
    Array.isArray(inhibitedBy) &&
    inhibitedBy.every((rule) => typeof rule === 'string')
  );
}

function isTimes(value: unknown): boolean {
  if (!isFields(value)) return false;
  const { escalateMinutes, escalateWarnings, messagesPerHour, quietUntil } = value;
  const numbers = (
    ['repeatHours', 'acknowledgedHours', 'resolveMinutes', 'unknownMinutes'] satisfies (keyof AlertTimes)[]
  ).map((name) => value[name]);
  return (
    Array.isArray(escalateMinutes) &&
    escalateMinutes.length === 2 &&
    [...numbers, ...(escalateMinutes as readonly unknown[])].every(Number.isFinite) &&
    typeof escalateWarnings === 'boolean' &&
    (messagesPerHour === undefined || Number.isFinite(messagesPerHour)) &&
    (quietUntil === undefined || quietUntil === null || isTime(quietUntil))
  );
}

function isTime(value: unknown): value is string {
  return typeof value === 'string' && Number.isFinite(Date.parse(value));
}

function areTexts(fields: Fields, names: readonly string[]): boolean {
  return names.every((name) => typeof fields[name] === 'string');
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
