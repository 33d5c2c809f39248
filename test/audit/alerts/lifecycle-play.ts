import {
  ALERT_TIMES,
  noAlerts,
  type AlertLook,
  type AlertMessage,
  type AlertsState,
  type AlertTimes,
  type Firing,
  type RuleLook,
} from '../../../audit/alerts/alert.ts';
import { acknowledge, look, tick } from '../../../audit/alerts/lifecycle.ts';

export const at = (minute: number): string =>
  new Date(Date.parse('2026-11-20T10:00:00Z') + minute * 60_000).toISOString();

const RULES: Readonly<Record<string, Partial<Firing>>> = {
  beat: { level: 'critical' },
  stuck: { level: 'critical', inhibitedBy: ['beat'] },
  size: { level: 'warning' },
};
export const firing = (rule: string, subject = 'x', change: Partial<Firing> = {}): Firing => ({
  ...{
    id: `${rule}-${subject}-id`,
    rule,
    title: rule,
    level: 'critical',
    subject,
    text: `${rule} of ${subject}.`,
  },
  inhibitedBy: [],
  ...RULES[rule],
  ...change,
});

/** `beat:a`, `beat` fires; `beat?` is unknown, `beat!` unwatched; what is not named is quiet. */
export function seen(minute: number, words: string, times: Partial<AlertTimes> = {}): AlertLook {
  const said = words.split(' ').filter((word) => word !== '');
  const rules = Object.keys(RULES).map((rule): RuleLook => {
    const firings = said
      .filter((word) => word.split(':')[0] === rule)
      .map((word) => firing(rule, word.split(':')[1] ?? 'x'));
    const state = said.includes(`${rule}?`) ? 'unknown' : said.includes(`${rule}!`) ? 'unwatched' : 'watched';
    const doubt = firing('doubt', rule, { level: 'warning' });
    return {
      rule,
      title: rule,
      state,
      reason: state === 'watched' ? null : 'why',
      firings,
      doubt: state === 'unknown' ? doubt : null,
    };
  });
  return { bot: 'demo', at: at(minute), rules, times: { ...ALERT_TIMES, ...times } };
}

export type Act = readonly [minute: number, what: string];

/** Plays looks (`look beat stuck`), acknowledgements (`ack beat`) and ticks; gives what each told: `L1 new beat-x-id`. */
export function play(acts: readonly Act[], times: Partial<AlertTimes> = {}) {
  let state: AlertsState = noAlerts('demo');
  const told: string[] = [];
  const messages: AlertMessage[] = [];
  for (const [minute, what] of acts) {
    const [verb, ...rest] = what.split(' ');
    const step =
      verb === 'look'
        ? look(state, seen(minute, rest.join(' '), times), at(minute))
        : verb === 'ack'
          ? acknowledge(state, { id: rest[0] ?? '', by: 'Ann', note: null }, at(minute))
          : tick(state, at(minute));
    ({ state } = step);
    messages.push(...step.messages);
    for (const { contacts, lines } of step.messages)
      told.push(
        `${String(minute)} L${String(contacts)} ${lines.map(({ event, rule, id }) => `${event} ${rule === 'doubt' ? id : id.replace(/-x-id|-id/, '')}`).join(', ')}`,
      );
  }
  return { state, told, messages };
}
