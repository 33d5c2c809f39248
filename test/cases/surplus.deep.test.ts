import { everyOtherCase } from './cases.ts';
import { CLEAN, type Case } from './case.ts';

const again = (
  suffix: string,
  changes: { price?: string; quantity?: string; at?: string; exchange?: string } = {},
): string => {
  const {
    price = 'price',
    quantity = 'quantity',
    at = `at + interval '40 ms'`,
    exchange = 'exchange',
  } = changes;
  return `insert into bot.fills select id || '${suffix}', order_id, symbol, side, ${price}, ${quantity}, ${at}, ${exchange}, fee,
    fee_currency, is_maker, realized_pnl, position_id, strategy from bot.fills where position_id = 'P-00622'`;
};
const ENTRY = `and side = 'sell' and id not like '%-ws%'`;
const EXIT = `and side = 'buy' and id not like '%-ws%'`;
const ORDERS_OF = `delete from bot.orders where id in (select order_id from bot.fills where position_id = 'P-00622')`;
const right = { ...CLEAN, findings: ['MEDIUM PM-06'], trades: { 'P-00622': '9.84 7.75' } };

const cases: readonly (readonly [name: string, ...sql: string[]])[] = [
  ['an exit fill stored twice', `${again('-ws')} ${EXIT}`],
  ['an entry fill stored three times', `${again('-ws')} ${ENTRY}`, `${again('-ws3')} ${ENTRY}`],
  ['an entry fill stored again with another price', `${again('-ws', { price: 'price * 1.001' })} ${ENTRY}`],
  ['an entry fill stored again an hour later', `${again('-ws', { at: `at + interval '1 hour'` })} ${ENTRY}`],
  [
    'an entry fill stored again a second earlier with another price',
    `${again('-ws', { price: 'price * 1.001', at: `at - interval '1 second'` })} ${ENTRY}`,
  ],
  ...[`'binance'`, `'okx'`, 'null'].flatMap((exchange): (readonly [string, string])[] => {
    const at = `at - interval '40 ms'`;
    const any = 'alter table bot.fills alter exchange drop not null;';
    return [
      [
        `an entry fill stored again with exchange ${exchange}`,
        `${any} ${again('-ws', { exchange })} ${ENTRY}`,
      ],
      [
        `an entry fill stored again earlier, ${exchange}`,
        `${any} ${again('-ws', { exchange, at })} ${ENTRY}`,
      ],
      [`an exit fill stored again with exchange ${exchange}`, `${any} ${again('-ws', { exchange })} ${EXIT}`],
    ];
  }),
  ...['buy', 'sell'].map((side): readonly [string, string] => [
    `twice the quantity in the row of a ${side}, and what it cost once`,
    `update bot.fills set quantity = quantity * 2 where position_id = 'P-00622' and side = '${side}'`,
  ]),
  ['a part of a fill more than its order filled', `${again('-ws', { quantity: 'quantity * 0.4' })} ${ENTRY}`],
];

/** Two rules are about them: what is stored too often, and that orders and fills do not meet. */
const apart = (name: string, severity: string, ...sql: readonly string[]): Case => {
  const findings = [`${severity} PM-06`, ...right.findings].sort();
  return { name, world: 'clean', sql, right: { ...right, verdict: 'PASS YELLOW', findings } };
};

everyOtherCase([
  ...cases.map(([name, ...sql]): Case => ({ name, world: 'clean', sql, right })),
  {
    name: 'orders that say nothing of what they filled',
    world: 'clean',
    sql: [`${again('-ws')} ${ENTRY}`, 'update bot.orders set filled = 0'],
    right: { ...right, verdict: 'PASS YELLOW', findings: ['MEDIUM PM-06', 'MEDIUM PM-06', 'MEDIUM PM-06'] },
  },
  apart('orders that are not there', 'HIGH', `${again('-ws')} ${ENTRY}`, ORDERS_OF),
  apart('orders that are not there, an exit stored twice', 'HIGH', `${again('-ws')} ${EXIT}`, ORDERS_OF),
  apart('orders that are not there, every fill stored twice', 'HIGH', again('-ws'), ORDERS_OF),
  {
    ...apart(
      'fills without an order, every one stored twice',
      'HIGH',
      again('-ws'),
      `update bot.fills set order_id = ''  where position_id = 'P-00622'`,
    ),
    // That they name no order is a finding of its own; those that add up to what an order says are its fills.
    right: { ...right, verdict: 'PASS YELLOW', findings: ['HIGH DQ-02', 'MEDIUM PM-06'] },
  },
  {
    // That it has no quantity is the finding; what traded nothing cost nothing.
    name: 'an entry fill stored again without a quantity',
    world: 'clean',
    sql: [`${again('-ws', { quantity: '0' })} ${ENTRY}`],
    right: { ...right, findings: ['MEDIUM DQ-02'] },
  },
  {
    name: 'every fill of the bot stored twice',
    world: 'clean',
    sql: [again('-ws').replace(/ where .*$/s, '')],
    right: { ...CLEAN, findings: ['MEDIUM PM-06', 'MEDIUM PM-06'] },
  },
  {
    name: 'a fill stored twice of a position that was closed the day before',
    world: 'clean',
    sql: [
      again('-ws').replace(
        /where .*$/s,
        `where side = 'sell' and position_id = (select id from bot.positions where side = 'short'
           and closed_at between '2026-11-25 18:00Z' and '2026-11-25 23:00Z' order by id limit 1)`,
      ),
    ],
    right: CLEAN,
  },
]);
