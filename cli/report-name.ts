import type { Window } from '../audit/evidence.ts';
import { windowStamp } from '../audit/time.ts';
import { UsageError } from './errors.ts';

/** What a person's name of a report asks the store for. */
export type ReportQuery =
  | { readonly hashPrefix: string }
  | { readonly bot?: string; readonly kind?: string; readonly window?: Window };

const STAMP = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})?Z$/;

/** Reads `latest`, `demo/latest`, `demo/production/latest`, `demo/production/20261120T0000Z-20261120T0800Z` or a hash. */
export function parseReportName(name: string): ReportQuery {
  if (name === 'latest') return {};
  if (/^[0-9a-f]{4,64}$/.test(name)) return { hashPrefix: name };
  const [bot = '', second = '', third, ...rest] = name.split('/').filter((part) => part !== '');
  if (rest.length > 0 || second === '') throw new UsageError(wrongName(name));
  if (third === undefined) {
    if (second !== 'latest') throw new UsageError(wrongName(name));
    return { bot };
  }
  if (third === 'latest') return { bot, kind: second };
  const window = stampedWindow(third);
  if (window === null) throw new UsageError(wrongName(name));
  return { bot, kind: second, window };
}

/** The window that `windowStamp` wrote; null for any other text. */
export function stampedWindow(stamp: string): Window | null {
  const [from, to] = stamp.split('-').map(timeOf);
  return from == null || to == null ? null : { from, to };
}

/** `demo/production/20261120T0000Z-20261120T0800Z`: the name that `show` and `explain` accept. */
export function reportName(report: {
  readonly bot: string;
  readonly kind: string;
  readonly window: Window;
}): string {
  return `${report.bot}/${report.kind}/${windowStamp(report.window)}`;
}

function timeOf(stamp: string): string | null {
  const match = STAMP.exec(stamp);
  if (!match) return null;
  const [, year = '', month = '', day = '', hour = '', minute = '', second = '00'] = match;
  const time = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
}

function wrongName(name: string): string {
  return (
    `"${name}" does not name a report. Write latest, demo/latest, ` +
    'demo/production/20261120T0000Z-20261120T0800Z, or the beginning of a report hash.'
  );
}
