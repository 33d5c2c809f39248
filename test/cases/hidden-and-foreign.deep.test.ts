import type { Case } from './case.ts';
import { everyOtherCase } from './cases.ts';

const CASES: readonly Case[] = [
  {
    name: 'events behind row-level security are not read in part',
    world: 'clean',
    sql: ['q41.sql'],
    right: {
      verdict: 'INCONCLUSIVE YELLOW',
      findings: ['HIGH DQ-03'],
      words: [/Not read: event\. .*row-level security policy for table "events".*BYPASSRLS/],
    },
  },
  {
    name: 'names of other scripts are names',
    world: 'clean',
    sql: ['q30.sql'],
    // The second position of the file has no stop, and is named so.
    right: {
      verdict: 'FAIL RED',
      findings: ['CRITICAL SL-01'],
      figures: { positions_closed: '194' },
      words: [/我踏马来了USDT/],
    },
  },
];

everyOtherCase(CASES);
