import { text, fig } from '../../audit/text.ts';
import { check, score } from '../shared/vocabulary/check.ts';
import { TOTAL, type Facts } from './facts.ts';
import { troublesOf } from './troubles.ts';
import type { Input } from './input.ts';

/** ST1: nothing is too large, too near to its limit, or should be gone. */
export const checks = [
  check<Facts, Input>({
    ...{
      id: 'ST1',
      title: 'Storage within its limits',
      dimension: 'stability',
      weight: 5,
      source: 'database',
    },
    // The server counts itself.
    rung: 1,
    judge(facts, input) {
      if (facts.unseen !== null) return facts.unseen;
      const n = troublesOf(facts, input).length;
      return score(
        n === 0 ? 1 : 0,
        text`All tables take ${fig(TOTAL)}; ${n === 0 ? 'nothing' : 'something'} of it is too much.`,
      );
    },
  }),
];
