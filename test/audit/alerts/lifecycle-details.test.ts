import { expect, test } from '@jest/globals';
import { noAlerts, type AlertsState } from '../../../audit/alerts/alert.ts';
import { acknowledgeProblem, look, nextDueMs, unreached } from '../../../audit/alerts/lifecycle.ts';
import { at, firing, play, seen } from './lifecycle-play.ts';

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
