import { expect, test } from '@jest/globals';
import { firstState, isPausedByApply, stateOf } from '../../cli/schedule-note.ts';
import type { ScheduleSpec } from '../../workflows/schedule-spec.ts';
import { scheduleSpecs } from '../../workflows/schedule-specs.ts';
import { scheduledBot } from './scheduled-bot.ts';

const PURPOSE = 'Every night: reports.';
const of = (bots: Parameters<typeof scheduleSpecs>[0]['bots']): ScheduleSpec => {
  const [spec] = scheduleSpecs({ bots });
  if (spec === undefined) throw new Error('no schedule');
  return { ...spec, note: PURPOSE };
};
const live = of([scheduledBot('live')]);
const pinned = of([scheduledBot('demo', { asOf: '2026-11-20T08:00:00Z' })]);

test.each<[string, boolean, string, string | undefined, boolean, string]>([
  ['nobody has said anything', false, PURPOSE, PURPOSE, false, PURPOSE],
  ['the purpose was another before', false, 'Nightly.', 'Nightly.', false, PURPOSE],
  ['the purpose was longer before', false, `${PURPOSE} And more.`, `${PURPOSE} And more.`, false, PURPOSE],
  ['no note at all', false, '', undefined, false, PURPOSE],
  [
    'paused in the Web UI, in place of the purpose',
    true,
    'exchange down',
    PURPOSE,
    true,
    `${PURPOSE}\nNote: exchange down`,
  ],
  [
    'paused beside the purpose',
    true,
    `${PURPOSE} exchange down`,
    PURPOSE,
    true,
    `${PURPOSE}\nNote: exchange down`,
  ],
  [
    'paused by the command line',
    true,
    `${PURPOSE}\nNote: exchange down`,
    PURPOSE,
    true,
    `${PURPOSE}\nNote: exchange down`,
  ],
  [
    'paused under an older purpose',
    true,
    'Nightly.\nNote: exchange down',
    'Nightly.',
    true,
    `${PURPOSE}\nNote: exchange down`,
  ],
  ['paused without a word', true, PURPOSE, PURPOSE, true, PURPOSE],
  ['resumed with a word', false, 'all well again', PURPOSE, false, `${PURPOSE}\nNote: all well again`],
])('%s', (_name, paused, note, former, keptPaused, keptNote) => {
  const kept = stateOf(live, { paused, note }, former);
  expect(kept).toEqual({ paused: keptPaused, note: keptNote });
  // What was put right once is right.
  expect(stateOf(live, kept, PURPOSE)).toEqual(kept);
});

test('a pause of apply itself goes with its reason, and one of an operator does not', () => {
  const own = firstState(pinned);
  expect([own.paused, isPausedByApply(own.note), isPausedByApply(PURPOSE)]).toEqual([true, true, false]);
  expect(stateOf(pinned, own, PURPOSE)).toEqual(own);
  expect(stateOf(live, own, PURPOSE)).toEqual({ paused: false, note: PURPOSE });
  // Pinned since the last apply.
  expect(stateOf(pinned, { paused: false, note: PURPOSE }, PURPOSE)).toEqual(own);
  const wanted = { paused: false, note: `${PURPOSE}\nNote: let it run` };
  expect(stateOf(pinned, wanted, PURPOSE)).toEqual(wanted);
  const held = { paused: true, note: `${PURPOSE}\nNote: exchange down` };
  expect(stateOf(live, held, PURPOSE)).toEqual(held);
});
