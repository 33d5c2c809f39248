import { CLEAN, type Case } from './case.ts';
import { casesTest } from './cases.ts';

const MUTABLE: readonly Case[] = [
  {
    name: 'a stop amended in place, told by its changes',
    world: 'clean',
    sql: ['q28.sql'],
    right: { verdict: 'PASS GREEN', findings: [] },
  },
  {
    name: 'a stop amended in place, and its changes are gone',
    world: 'clean',
    sql: ['q28.sql', `delete from bot.stop_changes where position_id = 'ZA'`],
    right: { verdict: 'INCONCLUSIVE YELLOW', findings: [] },
  },
];

const NOTED = { ...CLEAN, findings: ['MEDIUM DQ-02'] };
const TIMES: readonly Case[] = [
  {
    name: 'orders made at the epoch are counted, and their date is what is wrong',
    world: 'clean',
    sql: ['q50.sql'],
    right: {
      ...NOTED,
      figures: { ...CLEAN.figures, entry_orders: '204' },
      words: [/order\.created_at: 10 rows, such as 1970-01-01 00:00:00\+00, 56 years before/, /never set/],
    },
  },
  {
    name: 'positions opened in January 1970 were closed, and their opening is what is wrong',
    world: 'clean',
    sql: ['q52.sql'],
    right: { ...NOTED, words: [/position\.opened_at: 3 rows, such as 1970-01-/, /divided by 1,000/] },
  },
];

casesTest([...MUTABLE, ...TIMES]);
