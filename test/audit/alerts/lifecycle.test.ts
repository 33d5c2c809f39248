import { expect, test } from '@jest/globals';
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
import {
  acknowledge,
  acknowledgeProblem,
  look,
  nextDueMs,
  tick,
  unreached,
} from '../../../audit/alerts/lifecycle.ts';

const at = (minute: number): string =>
  new Date(Date.parse('2026-11-20T10:00:00Z') + minute * 60_000).toISOString();

const RULES: Readonly<Record<string, Partial<Firing>>> = {
  beat: { level: 'critical' },
  stuck: { level: 'critical', inhibitedBy: ['beat'] },
  size: { level: 'warning' },
};
const firing = (rule: string, subject = 'x', change: Partial<Firing> = {}): Firing => ({
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
function seen(minute: number, words: string, times: Partial<AlertTimes> = {}): AlertLook {
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

type Act = readonly [minute: number, what: string];

/** Plays looks (`look beat stuck`), acknowledgements (`ack beat`) and ticks; gives what each told: `L1 new beat-x-id`. */
function play(acts: readonly Act[], times: Partial<AlertTimes> = {}) {
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

test.each<[string, readonly Act[], readonly string[]]>([
  [
    'one that goes on is told once',
    [
      [0, 'look beat'],
      [5, 'look beat'],
      [10, 'look beat'],
    ],
    ['0 L1 new beat'],
  ],
  [
    'those of one look are one message',
    [[0, 'look size beat:a beat:b']],
    ['0 L1 new beat-a, new beat-b, new size'],
  ],
  [
    'a look that comes twice, or late, changes nothing',
    [
      [5, 'look beat'],
      [5, 'look'],
      [0, 'look size'],
    ],
    ['5 L1 new beat'],
  ],
  [
    'it is resolved once, when nothing is seen of it for ten minutes',
    [
      [0, 'look beat'],
      [5, 'look'],
      [10, 'look'],
      [15, 'look'],
      [20, 'look'],
    ],
    ['0 L1 new beat', '15 L1 resolved beat'],
  ],
  [
    'one that flaps is one alert',
    [
      [0, 'look size'],
      [5, 'look'],
      [10, 'look size'],
      [15, 'look'],
      [20, 'look size'],
    ],
    ['0 L1 new size'],
  ],
  [
    'what comes back after its end is new',
    [
      [0, 'look size'],
      [5, 'look'],
      [15, 'look'],
      [20, 'look size'],
    ],
    ['0 L1 new size', '15 L1 resolved size', '20 L1 new size'],
  ],
  [
    'what follows from a cause is not told; when it outlasts the cause it is',
    [
      [0, 'look beat stuck'],
      [5, 'look beat stuck'],
      [10, 'look stuck'],
      [20, 'look stuck'],
    ],
    ['0 L1 new beat', '20 L1 new stuck, resolved beat'],
  ],
  [
    'what ends with its cause was never told and is not resolved aloud',
    [
      [0, 'look beat stuck'],
      [5, 'look'],
      [15, 'look'],
    ],
    ['0 L1 new beat', '15 L1 resolved beat'],
  ],
  [
    'unacknowledged for 15 and 30 minutes it goes to the next levels, once each; all who were told hear the end',
    [
      [0, 'look beat'],
      [14, 'tick'],
      [15, 'tick'],
      [20, 'look beat'],
      [29, 'tick'],
      [30, 'look beat'],
      [45, 'look beat'],
      [50, 'look'],
      [60, 'look'],
    ],
    [
      '0 L1 new beat',
      '15 L2 escalated beat',
      '30 L3 escalated beat',
      '60 L1 resolved beat',
      '60 L2 resolved beat',
      '60 L3 resolved beat',
    ],
  ],
  [
    'acknowledged it escalates no further, and who was told hears of it',
    [
      [0, 'look beat'],
      [15, 'tick'],
      [16, 'ack beat'],
      [31, 'tick'],
      [240, 'look beat'],
      [245, 'look beat'],
    ],
    ['0 L1 new beat', '15 L2 escalated beat', '16 L1 acknowledged beat', '16 L2 acknowledged beat'],
  ],
  [
    'a warning waits for the morning',
    [
      [0, 'look size'],
      [20, 'look size'],
      [40, 'look size'],
    ],
    ['0 L1 new size'],
  ],
  [
    'it is repeated after four hours, also when it is still unacknowledged at all levels',
    [
      [0, 'look size'],
      [239, 'look size'],
      [240, 'look size'],
      [245, 'look size'],
      [480, 'look size'],
    ],
    ['0 L1 new size', '240 L1 repeated size', '480 L1 repeated size'],
  ],
  [
    'what nobody has looked at for an hour is not repeated',
    [
      [0, 'look size'],
      [240, 'tick'],
    ],
    ['0 L1 new size'],
  ],
  [
    'a rule that cannot be watched keeps its alerts open, and is an alert itself after ten minutes',
    [
      [0, 'look beat'],
      [5, 'look beat?'],
      [10, 'look beat?'],
      [15, 'look beat?'],
      [20, 'look'],
      [25, 'look'],
      [30, 'look'],
    ],
    [
      '0 L1 new beat',
      '15 L1 new doubt-beat-id',
      '15 L2 escalated beat',
      '30 L1 resolved beat, resolved doubt-beat-id',
      '30 L2 resolved beat',
    ],
  ],
  [
    'a query that fails once is no alert',
    [
      [0, 'look beat?'],
      [5, 'look'],
      [10, 'look beat?'],
      [15, 'look'],
    ],
    [],
  ],
  [
    'one that nothing feeds any more is closed with that reason',
    [
      [0, 'look size'],
      [5, 'look size!'],
    ],
    ['0 L1 new size', '5 L1 resolved size'],
  ],
])('%s', (_name, acts, expected) => {
  expect(play(acts).told).toEqual(expected);
});

test('an acknowledged alert is told again after a day', () => {
  const { told, messages } = play([
    [0, 'look size'],
    [1, 'ack size'],
    [1_435, 'look size'],
    [1_441, 'look size'],
  ]);
  expect(told).toEqual(['0 L1 new size', '1 L1 acknowledged size', '1441 L1 repeated size']);
  expect(messages.at(-1)?.lines[0]?.remark).toBe('still so after 24 hours, acknowledged by Ann');
});

test('warnings escalate where the configuration says so', () => {
  expect(
    play(
      [
        [0, 'look size'],
        [15, 'tick'],
      ],
      { escalateWarnings: true },
    ).told,
  ).toContain('15 L2 escalated size');
});

test('an alert that becomes critical is told anew, whoever acknowledged the warning', () => {
  let { state } = play([
    [0, 'look size'],
    [1, 'ack size'],
  ]);
  const worse = seen(5, '');
  const rules = worse.rules.map((rule) =>
    rule.rule === 'size' ? { ...rule, firings: [firing('size', 'x', { level: 'critical' })] } : rule,
  );
  const step = look(state, { ...worse, rules }, at(5));
  ({ state } = step);
  expect(step.messages.map(({ lines }) => lines.map(({ event, level }) => `${event} ${level}`))).toEqual([
    ['new critical'],
  ]);
  expect(state.open[0]?.acknowledged).toBeNull();
});

test('a cause lists what it explains; the state keeps what ended and what is not watched', () => {
  const { state, messages } = play([
    [0, 'look beat stuck size!'],
    [5, 'look size!'],
    [15, 'look size!'],
  ]);
  expect(messages[0]?.lines[0]).toMatchObject({ rule: 'beat', explains: ['stuck of x.'] });
  expect(state.open).toEqual([]);
  expect(state.closed.map(({ rule, how }) => `${rule} ${how}`)).toEqual(['beat resolved', 'stuck resolved']);
  expect(state.unwatched).toEqual([{ rule: 'size', title: 'size', reason: 'why' }]);
});

test('every message has a key of its own, also two of one moment', () => {
  const { messages } = play([
    [0, 'look beat:a'],
    [0, 'ack beat-a'],
    [5, 'look beat:a size'],
    [20, 'tick'],
  ]);
  const keys = messages.map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
  expect(keys[0]).toBe('alert/demo/20261120T1000Z/0/L1');
});

test('when nobody of a level is reached, the next is told at once', () => {
  const { state, messages } = play([[0, 'look beat size']]);
  const [first] = messages;
  if (first === undefined) throw new Error('nothing was told');
  const step = unreached(state, first, at(1));
  expect(step.messages.map(({ contacts, lines }) => [contacts, lines.map(({ rule }) => rule)])).toEqual([
    [2, ['beat']],
  ]);
  expect(unreached(step.state, first, at(2)).messages).toEqual([]);
});

test('an acknowledgement names an open alert, four characters or more; each refusal says what waits', () => {
  const { state } = play([
    [0, 'look beat size'],
    [1, 'ack beat'],
  ]);
  expect(acknowledgeProblem(state, 'size')).toBeNull();
  expect(acknowledgeProblem(state, 'siz')).toBe(
    'No open alert of bot demo has the id "siz". Those that wait: size-x-id.',
  );
  expect(acknowledgeProblem(state, 'BEAT-X')).toContain('was acknowledged already, by Ann');
  expect(acknowledgeProblem(noAlerts('demo'), 'beat')).toContain('None waits');
});

test('the time of the next escalation or repeat is known', () => {
  const minute = (state: AlertsState): number | null => {
    const due = nextDueMs(state);
    return due === null ? null : (due - Date.parse(at(0))) / 60_000;
  };
  expect(minute(noAlerts('demo'))).toBeNull();
  expect(minute(play([[0, 'look beat']]).state)).toBe(15);
  expect(
    minute(
      play([
        [0, 'look beat'],
        [15, 'tick'],
      ]).state,
    ),
  ).toBe(30);
  expect(
    minute(
      play([
        [0, 'look beat'],
        [1, 'ack beat'],
      ]).state,
    ),
  ).toBeNull();
  expect(
    minute(
      play([
        [0, 'look beat'],
        [5, 'look'],
      ]).state,
    ),
  ).toBeNull();
});
