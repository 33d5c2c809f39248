import { expect, test } from '@jest/globals';
import { play, type Act } from './lifecycle-play.ts';

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
