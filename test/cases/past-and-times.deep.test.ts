import { CLEAN } from './case.ts';
import { everyOtherCase } from './cases.ts';

const NOTED = { ...CLEAN, findings: ['MEDIUM DQ-02'] };
/** Three closed positions of the clean world. */
const THREE = `(select id from bot.positions where status = 'closed' and opened_at > '2026-11-26 01:00+00' and closed_at < '2026-11-26 07:00+00' order by id limit 3)`;

everyOtherCase([
  {
    name: 'a stop amended in place, and its changes name no order',
    world: 'clean',
    sql: ['q28.sql', `update bot.stop_changes set order_id = null where position_id = 'ZA'`],
    right: { verdict: 'PASS GREEN', findings: [] },
  },
  {
    name: 'a leverage that rows had from after they closed on is none that was held',
    world: 'clean',
    sql: [`update bot.positions set leverage = 20, updated_at = '2026-11-26 07:59Z' where id in ${THREE}`],
    right: {
      ...CLEAN,
      verdict: 'INCONCLUSIVE YELLOW',
      words: [/3 rows with a leverage over the limit were written after they closed/],
    },
  },
  {
    name: 'open positions evaluated at the epoch are not abandoned',
    world: 'clean',
    sql: [
      `update bot.positions set last_evaluated_at = '1970-01-01 00:00+00' where id in
       (select id from bot.positions where status = 'open' order by id limit 3)`,
    ],
    right: { ...NOTED, words: [/position\.last_evaluated_at: 3 rows, such as 1970-01-01/] },
  },
  {
    name: 'positions closed at the epoch',
    world: 'clean',
    sql: [`update bot.positions set closed_at = '1970-01-01 00:00+00' where id in ${THREE}`],
    right: { ...NOTED, words: [/position\.closed_at: 3 rows, such as 1970-01-01/] },
  },
  {
    name: 'positions closed in the year 58,000: milliseconds read as seconds',
    world: 'clean',
    sql: [
      `update bot.positions set closed_at = to_timestamp(extract(epoch from closed_at) * 1000) where id in ${THREE}`,
    ],
    right: { ...NOTED, words: [/position\.closed_at: 3 rows, such as 5\d{4}-/, /multiplied by 1,000/] },
  },
  {
    name: 'positions opened a year too early',
    world: 'clean',
    sql: [`update bot.positions set opened_at = opened_at - interval '1 year' where id in ${THREE}`],
    right: {
      ...CLEAN,
      findings: ['MEDIUM PM-02', 'MEDIUM PM-02'],
      words: [/opened_at of these rows is wrong/],
    },
  },
  {
    name: 'positions closed before they were opened',
    world: 'clean',
    sql: [`update bot.positions set closed_at = opened_at - interval '1 hour' where id in ${THREE}`],
    right: { ...CLEAN, findings: ['MEDIUM DQ-06'], words: [/position\.closed_at/] },
  },
  {
    name: 'fills at the epoch',
    world: 'clean',
    sql: [`update bot.fills set at = '1970-01-01 00:00+00' where position_id in ${THREE}`],
    right: { ...NOTED, words: [/fill\.at: \d+ rows, such as 1970-01-01/] },
  },
  {
    name: 'funding at the epoch',
    world: 'clean',
    sql: [
      `update bot.funding set at = '1970-01-01 00:00+00' where ctid in (select ctid from bot.funding where at >= '2026-11-26 00:00+00' and at < '2026-11-26 08:00+00' order by exchange, symbol limit 3)`,
    ],
    // When they were paid decides in which window they count, so that the wallet cannot be closed.
    right: {
      ...NOTED,
      verdict: 'INCONCLUSIVE YELLOW',
      words: [/funding\.at: \d+ rows, such as 1970-01-01/],
    },
  },
  {
    name: 'orders filled a day before they were made',
    world: 'clean',
    sql: [
      `update bot.orders set filled_at = filled_at - interval '1 day' where id in (select id from bot.orders where role = 'entry' and status = 'filled' and updated_at > '2026-11-26 01:00+00' order by id limit 10)`,
    ],
    right: {
      ...CLEAN,
      findings: ['MEDIUM DQ-06'],
      figures: { ...CLEAN.figures, entry_orders: '204' },
      words: [/order\.filled_at/],
    },
  },
  ...['3 months', '11 months'].flatMap((ahead) => [
    {
      name: `orders made ${ahead} from now are counted`,
      world: 'clean' as const,
      sql: [
        `update bot.orders set created_at = now() + interval '${ahead}' where id in (select id from bot.orders where role = 'entry' and status = 'filled' and updated_at > '2026-11-26 01:00+00' order by id limit 10)`,
      ],
      right: {
        ...NOTED,
        figures: { ...CLEAN.figures, entry_orders: '204' },
        words: [/order\.created_at: 10 rows, such as 20\d\d-.* after the window/],
      },
    },
    {
      name: `positions opened ${ahead} from now were closed`,
      world: 'clean' as const,
      sql: [`update bot.positions set opened_at = now() + interval '${ahead}' where id in ${THREE}`],
      right: { ...NOTED, words: [/position\.opened_at: 3 rows, such as 20/] },
    },
  ]),
  {
    name: 'market orders made a year before they were filled',
    world: 'clean',
    sql: [
      `update bot.orders set created_at = created_at - interval '1 year' where id in (select id from bot.orders where role = 'entry' and status = 'filled' and updated_at > '2026-11-26 01:00+00' and type = 'market' order by id limit 10)`,
    ],
    right: {
      ...CLEAN,
      findings: ['MEDIUM DQ-06'],
      words: [/10 market orders were created over a day before/, /order\.created_at/],
    },
  },
  {
    name: 'a heartbeat and an event at the epoch',
    world: 'clean',
    sql: [
      `insert into bot.heartbeats (at, service, instance_id) values ('1970-01-01 00:00+00', 'trader', 't')`,
      `insert into bot.events (at, type, id) values ('1970-01-01 00:00+00', 'position_opened', 'epoch')`,
    ],
    right: { ...NOTED, words: [/heartbeat\.at: 1 row/, /event\.at: 1 row/] },
  },
]);
