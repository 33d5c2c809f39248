import Sequencer from '@jest/test-sequencer';

/** Short files that take minutes: begun last, as their size suggests, they would leave the other core idle at the end. */
const LONG = [
  'test/local/interrupt.deep',
  'test/golden/defects-found.deep',
  'test/workflows/worker-killed.deep',
  'test/report/hostile.deep',
  'test/golden/entities-away.deep',
  'test/workflows/database-lost.deep',
];

export default class LongFirst extends Sequencer {
  sort(tests) {
    const isLong = ({ path }) => LONG.some((part) => path.includes(part));
    const sorted = super.sort(tests);
    return [...sorted.filter(isLong), ...sorted.filter((test) => !isLong(test))];
  }
}
