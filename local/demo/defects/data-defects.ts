import { totalsBetween } from '../rows/operations.ts';
import { timeCell } from '../rows/time-cells.ts';
import { HOUR_MS } from '../shifts.ts';
import type { Defect } from './defect.ts';
import { atLeast, livedIn, symbolsOf } from './pick.ts';

export const unknownOrderStatus: Defect = {
  name: 'unknown-order-status',
  title: 'A refused entry order is stored with a status that no normal form knows',
  causes: [{ rule: 'DQ-01', severity: 'MEDIUM', subjects: ['order.status: waiting_for_approval'] }],
  inject(world, shift) {
    const refused = world.failedEntries.filter(
      ({ order }) => order.createdAt >= shift.from && order.createdAt < shift.to,
    );
    for (const { order } of atLeast(refused, 1, 'refused entries')) order.status = 'waiting_for_approval';
    return ['order.status: waiting_for_approval'];
  },
};

export const nanAveragePrice: Defect = {
  name: 'nan-average-price',
  title: 'Cancelled stops have the average price 0/0',
  causes: [{ rule: 'DQ-02', severity: 'MEDIUM', subjects: ['order.average_price'] }],
  inject(world, shift) {
    const inShift = world.trades
      .flatMap(({ stops }) => stops)
      .filter(
        ({ status, createdAt }) => status === 'cancelled' && createdAt >= shift.from && createdAt < shift.to,
      );
    const hit = new Set(atLeast(inShift, 12, 'cancelled stops').map(({ id }) => id));
    world.rowEdits.push((rows) => {
      rows.order = rows.order.map((row) =>
        typeof row['id'] === 'string' && hit.has(row['id']) ? { ...row, average_price: 'NaN' } : row,
      );
    });
    return ['order.average_price'];
  },
};

export const fillTimesInAnotherZone: Defect = {
  name: 'fill-times-in-another-zone',
  title: 'A handler writes the time of some fills an hour early: filled before they were sent',
  causes: [{ rule: 'DQ-06', severity: 'MEDIUM' }],
  inject(world, shift) {
    const hit = atLeast(livedIn(world, shift), 5, 'trades of one shift');
    const entries = new Set(hit.map(({ id }) => `${id}-e1`));
    world.rowEdits.push((rows) => {
      rows.order = rows.order.map((row) => {
        const { id, filled_at: filledAt } = row;
        return typeof id === 'string' && entries.has(id) && typeof filledAt === 'string'
          ? { ...row, filled_at: timeCell(Date.parse(filledAt) - HOUR_MS) }
          : row;
      });
    });
    return symbolsOf(hit);
  },
};

export const eventsWrittenTwice: Defect = {
  name: 'events-written-twice',
  title: 'A table restored without its key: forty events are there twice',
  causes: [{ rule: 'DQ-05', severity: 'MEDIUM', subjects: ['event.id'] }],
  inject(world, shift) {
    world.keyless.push('event');
    world.rowEdits.push((rows) => {
      const [from, to] = [timeCell(shift.from), timeCell(shift.to)];
      const inShift = rows.event.filter(({ at, type }) => {
        const time = typeof at === 'string' ? at : '';
        return type === 'price_updated' && time >= from && time < to;
      });
      rows.event = [...rows.event, ...atLeast(inShift, 40, 'price updates').slice(0, 40)];
    });
    return ['event.id'];
  },
};

export const tableDenied: Defect = {
  name: 'table-denied',
  title: "A grant was forgotten: the bot's own totals cannot be read",
  causes: [{ rule: 'DQ-03', severity: 'HIGH', subjects: ['entity total'] }],
  inject(world) {
    world.denied.push('total');
    return ['entity total'];
  },
};

/** Counters in the bot's memory; its result it adds up from the rows. Counts are compared with rows, fees are not. */
const COUNTED = ['positions_opened', 'positions_closed'];
const COUNTERS = [...COUNTED, 'fees_paid'];

export const countersReset: Defect = {
  name: 'counters-reset',
  title: "A restart sets the bot's own counters back to 0 in the third hour",
  causes: [{ rule: 'DQ-04', severity: 'MEDIUM', subjects: COUNTED }],
  inject(world, shift) {
    world.rowEdits.push((rows) => {
      const after = totalsBetween(world, shift.from + 2.4 * HOUR_MS, shift.to);
      rows.total = rows.total.map((row) => {
        const name = COUNTERS.find((counter) => counter === row['name']);
        return name === undefined || row['at'] !== timeCell(shift.to)
          ? row
          : { ...row, value: after[name] ?? null };
      });
    });
    return COUNTED;
  },
};
