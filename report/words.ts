import type { Effort, Finding, Severity } from '../audit/finding.ts';
import type { Colour, Report, Score } from '../audit/report.ts';
import { coverageWords } from '../audit/coverage-words.ts';
import { FAIL_BELOW, GREEN_FROM } from '../audit/score.ts';

export const SEVERITY_WORDS: Readonly<Record<Severity, { readonly word: string; readonly emoji: string }>> = {
  CRITICAL: { word: 'Critical', emoji: '🔴' },
  HIGH: { word: 'High', emoji: '🟠' },
  MEDIUM: { word: 'Medium', emoji: '🟡' },
  LOW: { word: 'Low', emoji: '🟢' },
};

export const EFFORT_WORDS: Readonly<Record<Effort, string>> = { low: 'Low', medium: 'Medium', high: 'High' };

export const COLOUR_EMOJI: Readonly<Record<Colour, string>> = { GREEN: '🟢', YELLOW: '🟡', RED: '🔴' };

/** Words that stand in many sections, explained before the first of them. */
export const EXPLAINED =
  'Basis: where a number comes from. Residual: the part of a balance that no entry explains. Grace: how long a stop may be absent while it is moved, before it counts. At stake: money that a finding is about, now or while it lasted.';

/** Over a finding's command: where it is to be run. */
export function seeTitle({ see }: Finding): string {
  if (see.database === undefined) return 'See for yourself';
  return `See for yourself, in the ${see.database === 'bot' ? 'bot’s database' : 'audit’s own database'}`;
}

/** `2026-11-20 00–08 UTC`; minutes and dates only where they are needed, midnight at the end as 24. */
export function shortWindow(window: Report['window']): string {
  const minutes = [window.from, window.to].some((time) => time.slice(14, 16) !== '00');
  const hour = (time: string): string => time.slice(11, minutes ? 16 : 13);
  const [fromDay, toDay] = [window.from.slice(0, 10), window.to.slice(0, 10)];
  const lastDay = new Date(Date.parse(window.to) - 1).toISOString().slice(0, 10);
  const midnight = minutes ? '24:00' : '24';
  if (fromDay === lastDay)
    return `${fromDay} ${hour(window.from)}–${fromDay === toDay ? hour(window.to) : midnight} UTC`;
  const whole = [window.from, window.to].every((time) => time.slice(11, 16) === '00:00');
  if (whole) return `${fromDay} to ${lastDay} UTC`;
  return `${fromDay} ${hour(window.from)} to ${toDay} ${hour(window.to)} UTC`;
}

/** `2026-11-20 00:00 - 2026-11-20 08:00 (8 hours)`, as the template's header has it. */
export function testPeriod(window: Report['window']): string {
  const hours = (Date.parse(window.to) - Date.parse(window.from)) / 3_600_000;
  const length = Number.isInteger(hours) ? String(hours) : hours.toFixed(2);
  const at = (time: string): string => `${time.slice(0, 10)} ${time.slice(11, 16)}`;
  return `${at(window.from)} - ${at(window.to)} UTC (${length} ${hours === 1 ? 'hour' : 'hours'})`;
}

/** Names of exchanges as people write them: `Binance + Bybit`. */
export function exchangesOf(report: Report): string {
  return report.bot.exchanges.map(titled).join(' + ') || 'no exchange';
}

export function titled(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}

/** Shortened hash: `9f3c…4fe1`. */
export function shortHash(hash: string): string {
  return hash.length <= 12 ? hash : `${hash.slice(0, 4)}…${hash.slice(-4)}`;
}

/** Why "what changed" has nothing to say; empty when it has. */
export function comparison({ front }: Report): string {
  const { compared, trend } = front.changes;
  if (compared) return '';
  return trend.length > 1
    ? 'No report of this kind ends where this window begins, so there is nothing to compare with.'
    : 'No report of this kind covers a window before this one, so there is nothing to compare with.';
}

/** Figures that are not as usual, in words. */
export function unusualTexts({ figures = [] }: Report['front']['changes']): readonly string[] {
  return figures.map(({ text }) => text);
}

/** `coverage 97.7 % of 5 checks`, not "seen": what rests on the bot's own word was seen and counts in part. */
export function seenWords({ coverage, checks }: Score): string {
  const n = checks.length;
  const words = `coverage ${coverageWords(coverage ?? 0)} of ${String(n)} ${n === 1 ? 'check' : 'checks'}`;
  return checks.every(({ made }) => made) ? words : `${words}: one that was not made counts half`;
}

export type ScoreTone = 'good' | 'warning' | 'bad' | 'unknown';

/** The tone of a score by the limits that the verdict has for it. */
export function scoreTone(score: Score): ScoreTone {
  if (score.score === null) return 'unknown';
  if (score.score < FAIL_BELOW) return 'bad';
  return score.score < GREEN_FROM ? 'warning' : 'good';
}

/** Predicates that were tested for a cause, with what became of each. */
export function predicateWords(held: boolean | null): string {
  return held === null ? 'not known' : held ? 'holds' : 'does not hold';
}

export function venueOf(finding: Finding): string | null {
  return finding.venue === null ? null : titled(finding.venue);
}
