import { text } from '../../audit/text.ts';
import { check, score, unknown } from '../shared/vocabulary/check.ts';
import { noun } from '../shared/vocabulary/words.ts';
import type { Facts, Input } from './facts.ts';
import { reversedTimes } from './reversed-times.ts';
import { timesAheadOf } from './times-ahead.ts';

/** Half with a time in the wrong order or after the moment of reading, or an id that two rows have (catalogue DI12). */
export const orderOfTimeCheck = check<Facts, Input>({
  id: 'DI12',
  title: 'Order of times and ids',
  dimension: 'integrity',
  weight: 5,
  source: 'database',
  rung: 1,
  judge({ positions, source }, { rows: { orders }, entities }) {
    const reversed = reversedTimes(orders.ok ? orders.rows : [], positions).length;
    const ahead = timesAheadOf({ entities }).reduce((all, { rows }) => all + rows, 0);
    const repeated = entities.reduce((all, { repeatedIds = 0 }) => all + repeatedIds, 0);
    if (reversed + ahead + repeated > 0)
      return score(
        0.5,
        text`${String(reversed)} ${noun(reversed, 'time lies', 'times lie')} before what they follow, ${String(ahead)} after the moment of reading; ${String(repeated)} ${noun(repeated, 'row shares its id', 'rows share their ids')}.`,
      );
    if (!source.ok) return unknown(source.reason, ['Positions cannot be read.']);
    if (!orders.ok) return orders;
    return score(1, text`Times stand in their order, and no two rows share an id.`);
  },
});
