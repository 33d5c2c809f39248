import { GB, type Facts } from './facts.ts';
import type { Input } from './input.ts';
import { RETENTION_DAYS } from './queries.ts';

/** What is too large, too near to its limit, or should be gone. */
export interface Trouble {
  readonly subject: string;
  readonly what: string;
  /** Since when, milliseconds; null: not known. */
  readonly since: number | null;
}

export function troublesOf(
  { payloadBytes, daysLeft, missed }: Facts,
  { settings }: Input,
): readonly Trouble[] {
  const { payloadGb, daysLeft: least } = settings;
  return [
    ...(payloadBytes > payloadGb * GB
      ? [{ subject: 'payloads', what: `larger than ${String(payloadGb)} GB`, since: null }]
      : []),
    ...(daysLeft !== null && daysLeft < least
      ? [{ subject: 'database', what: `full in less than ${String(least)} days`, since: null }]
      : []),
    ...missed.map(({ name, oldestAt, overdueDays }) => ({
      subject: name,
      what: `rows past their ${String(RETENTION_DAYS)} days for ${String(Math.floor(overdueDays))} days`,
      since: oldestAt === null ? null : oldestAt + RETENTION_DAYS * 86_400_000,
    })),
  ];
}
