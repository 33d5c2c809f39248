import { expect, test } from '@jest/globals';
import { agedPositions } from '../../sections/aged-positions.ts';
import { NO_LIMITS } from '../support/bot-facts.ts';
import { at, danglingReferences, evaluate, findingsOf } from './support.ts';
import { later, position } from './trading-rows.ts';

/** Closed at seven, after so many hours. */
const closed = (hours: number) =>
  position('a', { opened_at: later(at('07:00'), -hours * 3_600_000), closed_at: at('07:00') });

test.each([
  ['in time', 12, 12, null],
  ['with its exit after the limit', 12.5, 12, null],
  ['later', 12.7, 12, 'LOW'],
  ['after twice the limit', 24.1, 12, 'MEDIUM'],
  ['however late, where nobody set a limit', 100, null, null],
])('a position that was closed %s', (_name, hours, maxAgeH, severity) => {
  const result = evaluate(agedPositions, {
    rows: { positions: [closed(hours)] },
    lacks: ['fill', 'funding'],
    bot: { limits: { ...NO_LIMITS, maxAgeH } },
  });
  expect(danglingReferences(result)).toEqual([]);
  const found = findingsOf(result, 'AG-01').map(({ severity: one, cause }) => [one, cause.id]);
  expect(found).toEqual(severity === null ? [] : [[severity, 'closed-unknown']]);
});
