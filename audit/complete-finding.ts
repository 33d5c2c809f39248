import type { Dimension } from './check.ts';
import type { BotFacts, EntityState, HistoryWindow, Window } from './evidence.ts';
import type { Finding, FindingDraft, Priority, Recurrence, Severity } from './finding.ts';
import { sha256 } from './hash.ts';
import { runnable } from './finding-query.ts';
import { rowBefore } from './history.ts';

const PRIORITY: Readonly<Record<Severity, Priority>> = {
  CRITICAL: 'P0',
  HIGH: 'P1',
  MEDIUM: 'P2',
  LOW: 'P3',
};
const STEP_UP: Readonly<Record<Priority, Priority>> = { P0: 'P0', P1: 'P0', P2: 'P1', P3: 'P2' };
/** Seen in this many reports in a row, a finding's priority rises one step (catalogue 4.0). */
const PERSISTENT_WINDOWS = 3;

/** sha256 prefix of (rule, venue, subject): the identity of an occurrence across windows, without its cause. */
export function fingerprint(rule: string, venue: string | null, subject: string): string {
  return sha256(`${rule}\n${venue ?? ''}\n${subject}`).slice(0, 16);
}

/** Adds what every finding has in the same way: id, fingerprints, first and last seen, priority, recurrence. */
export function completeFinding(
  draft: FindingDraft,
  context: {
    rule: string;
    ruleTitle: string;
    section: string;
    dimension: Dimension;
    window: Window;
    bot: BotFacts;
    entities: readonly EntityState[];
    history: readonly HistoryWindow[];
  },
): Finding {
  const { rule, ruleTitle, section, dimension, window, history } = context;
  if (draft.occurrences.length === 0) throw new Error(`${rule} has a finding without occurrences`);
  const fingerprints = [
    ...new Set(draft.occurrences.map(({ subject }) => fingerprint(rule, draft.venue, subject))),
  ].sort();
  const times = draft.occurrences
    .flatMap(({ at, until }) => (until === undefined ? [at] : [at, until]))
    .sort();
  const recurrence = recurrenceOf({ rule, fingerprints }, rowBefore(history, window));
  return {
    ...draft,
    see: runnable(draft.see, context.entities, context.bot.name),
    id: [rule, draft.venue ?? 'bot', draft.cause.id].join('/'),
    rule,
    ruleTitle,
    section,
    dimension,
    frequency: draft.frequency ?? draft.occurrences.length,
    fingerprints,
    firstSeen: times[0] ?? window.from,
    lastSeen: times.at(-1) ?? window.to,
    priority: priorityOf(draft.severity, recurrence),
    recurrence,
    standing: draft.standing ?? Date.parse(times.at(-1) ?? window.to) >= Date.parse(window.to),
  };
}

export function priorityOf(severity: Severity, { windows }: Recurrence): Priority {
  const base = PRIORITY[severity];
  return windows >= PERSISTENT_WINDOWS ? STEP_UP[base] : base;
}

/**
 * Recurring: one of its subjects was found in each of the windows before, those left out that could not judge its rule.
 * Where the row goes on beyond what is kept, the oldest report says for how long.
 */
function recurrenceOf(
  { rule, fingerprints }: Pick<Finding, 'rule' | 'fingerprints'>,
  row: readonly HistoryWindow[],
): Recurrence {
  const isBlind = ({ blind = [] }: HistoryWindow): boolean => blind.includes(rule);
  const same = (earlier: HistoryWindow) =>
    earlier.findings.find((finding) => finding.fingerprints.some((print) => fingerprints.includes(print)));
  const end = row.findIndex((earlier) => same(earlier) === undefined && !isBlind(earlier));
  const found = (end === -1 ? row : row.slice(0, end)).flatMap((earlier) => same(earlier) ?? []);
  const beyond = end === -1 ? (found.at(-1)?.windows ?? 1) - 1 : 0;
  if (found.length > 0) return { state: 'recurring', windows: 1 + found.length + beyond };
  const [previous] = row;
  if (previous === undefined) return { state: 'no-history', windows: 1 };
  return { state: isBlind(previous) ? 'undecided' : 'new', windows: 1 };
}
