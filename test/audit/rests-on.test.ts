import { expect, test } from '@jest/globals';
import type { EntityState, Evidence } from '../../audit/evidence.ts';
import { unreadEntities } from '../../audit/rests-on.ts';
import { sources } from './support.ts';

const whole = (entity: EntityState['entity'], over: Partial<EntityState> = {}): EntityState => ({
  entity,
  status: 'ok',
  columns: [],
  wrongTypes: [],
  everHadRows: true,
  unknownSpellings: [],
  unusable: [],
  ...over,
});

function unread(state: EntityState, without: Evidence['bot']['without'] = []): string {
  const bot = { mapping: 'native', without } as Evidence['bot'];
  return unreadEntities({ entities: [state], bot, sources: sources() })
    .map((reason) => reason.filter((part) => typeof part === 'string').join(''))
    .join(' ');
}

test('an entity that was read whole is no reason', () => {
  expect(unread(whole('event'))).toBe('');
  expect(unread(whole('total', { everHadRows: false }))).toBe('');
  expect(unread(whole('total', { status: 'missing' }))).toBe('');
});

test.each<[string, EntityState, RegExp]>([
  [
    'denied',
    whole('alert', { status: 'error', error: 'permission denied' }),
    /^Not read: alert\. permission denied\.$/,
  ],
  [
    'not mapped',
    whole('event', { status: 'missing' }),
    /mapping native has none.*entities: \{ event: none \}/,
  ],
  [
    'empty',
    whole('state', { everHadRows: false }),
    /No row of it lies before the end.*entities: \{ state: none \}/,
  ],
  [
    'retyped',
    whole('order', { wrongTypes: [{ column: 'trigger_price', type: 'text', expected: 'a number' }] }),
    /order\.trigger_price\. It is text, not a number/,
  ],
  [
    'written twice',
    whole('fill', { repeatedIds: 3 }),
    /^Not believed: fill\. 3 of its rows in the window have the id of another row\.$/,
  ],
  [
    'of a status that nothing reads',
    whole('position', { unknownSpellings: [{ column: 'status', value: 'offen', rows: 4 }] }),
    /^Not read: position\.status\. Of 4 rows .*\(offen\) nobody knows whether they are open\.$/,
  ],
  [
    'of a severity that is lost',
    whole('alert', { unknownSpellings: [{ column: 'severity', value: '(empty)', rows: 1 }] }),
    /alert\.severity\. Of 1 rows/,
  ],
  [
    'without a time in any row',
    whole('event', { untimed: true }),
    /^Not read: event\. Not one of its rows has a usable time/,
  ],
  [
    'silent as never before',
    whole('event', { pause: { newest: '2026-11-20T03:00:00.000Z', currentS: 18_000, longestS: 90 } }),
    /event since 2026-11-20 03:00:00 UTC\. It was silent for 5 h at the end of the window and never longer than 90 s/,
  ],
])('an entity that is %s leaves a PASS without what it rests on', (_name, state, reason) => {
  expect(unread(state)).toMatch(reason);
});

test('what a bot says that it has not excuses its absence, but not that it could not be read', () => {
  expect(unread(whole('state', { everHadRows: false }), ['state'])).toBe('');
  expect(unread(whole('state', { status: 'error', error: 'permission denied' }), ['state'])).not.toBe('');
});

test('what a section is about is missed only by a report that shows it, and by no bot that has none', () => {
  const missed = (subjects: Parameters<typeof unreadEntities>[1], without: Evidence['bot']['without'] = []) =>
    unreadEntities(
      {
        entities: [whole('decision', { status: 'missing' })],
        bot: { mapping: 'native', without } as Evidence['bot'],
        sources: sources(),
      },
      subjects,
    );
  const subjects = [{ entity: 'decision', without: 'what was decided' }] as const;
  expect(missed([])).toEqual([]);
  expect(missed(subjects)).toEqual([[expect.stringContaining('so nobody knows what was decided')]]);
  expect(missed(subjects, ['decision'])).toEqual([]);
});
