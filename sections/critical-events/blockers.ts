import { ms } from '../../audit/time.ts';
import { groupBy } from '../shared/facts/row-values.ts';
import type { JudgedState } from '../shared/facts/states.ts';
import type { CriticalEventRow, StateRow } from '../shared/queries/monitoring.ts';
import { nothingReads, type UnreadWord } from '../shared/vocabulary/unread-words.ts';
import { rowsOf } from '../shared/vocabulary/unseen.ts';
import type { Input } from './input.ts';

export type EventWord = Pick<UnreadWord, 'word' | 'rows'>;

/**
 * What stops all trading at the window's end (catalogue NA2, gate e), and why none seen does not mean that none is
 * there. Null when neither states nor events can be read: then nobody can say that nothing blocks.
 */
export function activeBlockers(states: readonly JudgedState[], unknown: readonly EventWord[], input: Input) {
  const { rows, window, settings } = input;
  if (!rows.states.ok && !rows.critical.ok) return null;
  const raised = standing(rowsOf(rows.critical)).filter((event) => !isAnswered(event, states));
  const isRecent = ({ last_at: at }: CriticalEventRow): boolean =>
    ms(window.to) - ms(at) <= settings.blockerRecentS * 1000;
  const switched = states.filter(({ says }) => says === 'blocks');
  const unreadStates = states.filter(({ says }) => says === 'unread');
  const words = unreadStates.filter(hasValue).map((state) => ({ word: worded(state), rows: 1 }));
  const unread = nothingReads([...words, ...unknown], input);
  return {
    active: [
      ...switched.map((state) => ({ name: worded(state), since: state.since ?? state.at })),
      ...raised.filter(isRecent).map(({ type, first_at: since }) => ({ name: type, since })),
    ],
    doubts: [
      ...raised
        .filter((event) => !isRecent(event))
        .map(({ type, last_at: at }) => `${type} was raised at ${at}, and nothing says how it ended`),
      ...(unread === null ? [] : [unread]),
      ...unreadStates
        .filter((state) => !hasValue(state))
        .map(({ name, at }) => `the state ${name} was written without a value at ${at}`),
      ...unreadable(input),
      ...unseenSwitch(states, input),
      ...(isUnlisted(input) ? ['which types of events nothing reads could not be asked'] : []),
    ],
  };
}

/** Where not one event has a type that is read, no event would have said that trading stopped. */
function unreadable({ rows }: Input): readonly string[] {
  const counts = rowsOf(rows.counts);
  const total = counts.reduce((sum, { events }) => sum + events, 0);
  const isRead = counts.some(({ kind }) => kind !== null && kind !== 'unknown');
  return total === 0 || isRead ? [] : [`not one of ${String(total)} events has a type that is read`];
}

/** Events alone do not say that nothing blocks: a switch must be seen, unless the bot says that it has none. */
function unseenSwitch(states: readonly JudgedState[], { rows, bot }: Input): readonly string[] {
  if (bot.without?.includes('state') === true) return [];
  if (!rows.states.ok) return ['the states of the bot were not read'];
  const isSwitch = ({ kind }: StateRow): boolean => kind !== null && STOPS_ALL.includes(kind);
  return states.some(isSwitch) ? [] : ['no state of a kill switch was ever written'];
}

export const worded = ({ name, value }: JudgedState): string => `${name} = ${value ?? 'NULL'}`;

const hasValue = ({ value }: JudgedState): boolean => (value ?? '').trim() !== '';

/** Without severities any type may be critical, so those that nothing reads must be known. */
function isUnlisted({ has, entities }: Input): boolean {
  const events = entities.find(({ entity }) => entity === 'event');
  return !has('event', 'severity') && events?.everHadRows === true && events.unread === undefined;
}

/**
 * The last event of each type that stopped trading and none ended. An end says not what it ends: it is that of the one
 * type that stands at its exchange and symbol; of several all stand.
 */
function standing(events: readonly CriticalEventRow[]): readonly CriticalEventRow[] {
  const places = groupBy(events, ({ exchange, symbol }) => JSON.stringify([exchange, symbol]));
  return [...places.values()].flatMap((place) => {
    const open = new Map<string, CriticalEventRow>();
    for (const event of [...place].sort((a, b) => ms(a.last_at) - ms(b.last_at))) {
      if (event.kind === 'blocked') open.set(event.type, event);
      else if (event.kind === 'unblocked' && open.size === 1) open.clear();
    }
    return [...open.values()];
  });
}

const STOPS_ALL: readonly StateRow['kind'][] = ['kill_switch', 'global_blocker', 'trading'];

/** Since the event, the switch whose name its type begins with was written, or else every one that stops all trading. */
function isAnswered({ type, last_at: at }: CriticalEventRow, states: readonly JudgedState[]): boolean {
  const read = states.filter(({ says }) => says !== 'unread' && says !== 'other');
  const named = read.filter(({ name }) => bare(type).startsWith(bare(name)));
  const whole = read.filter(({ kind }) => STOPS_ALL.includes(kind));
  const answers = named.length > 0 ? named : whole;
  return answers.length > 0 && answers.every((state) => ms(state.at) >= ms(at));
}

const bare = (word: string): string => word.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
