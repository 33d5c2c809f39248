import { timeCell } from '../rows/time-cells.ts';
import { HOUR_MS, MINUTE_MS, type Shift } from '../shifts.ts';
import type { DemoRow, DemoRows } from '../world.ts';
import type { Defect } from './defect.ts';
import { cell, cellsOf, within } from './row-cells.ts';

const DAY_MS = 24 * HOUR_MS;

export const ingestionStopped: Defect = {
  name: 'ingestion-stopped',
  title: 'No ingestion run is started for the last 25 hours of the shift',
  kind: 'daily',
  causes: [{ rule: 'OP-01', severity: 'CRITICAL', subjects: ['ingestion'] }],
  inject(world, shift) {
    const [from, to] = [timeCell(shift.to - 25 * HOUR_MS), timeCell(shift.to)];
    world.rowEdits.push((rows) => {
      rows.ingestion_run = rows.ingestion_run.filter((row) => !within(row, 'started_at', from, to));
    });
    return ['ingestion'];
  },
};

export const ingestionEmpty: Defect = {
  name: 'ingestion-empty',
  title: 'The funding rates of the shift are fetched without an error and without a record',
  kind: 'daily',
  causes: [{ rule: 'OP-08', severity: 'MEDIUM', subjects: ['funding-rates/binance'] }],
  inject(world, shift) {
    world.rowEdits.push(({ ingestion_run: runs }) => {
      for (const row of runs)
        if (row['task'] === 'funding-rates' && within(row, 'started_at', ...cellsOf(shift)))
          Object.assign(row, { records_fetched: '0', records_created: '0' });
    });
    return ['funding-rates/binance'];
  },
};

export const decisionsFail: Defect = {
  name: 'decisions-fail',
  title: 'Four of nine decisions of the shift fail for want of buying power',
  kind: 'daily',
  causes: [{ rule: 'OP-02', severity: 'HIGH' }],
  inject(world, shift) {
    world.rowEdits.push((rows) => {
      const executed = executedIn(rows, shift);
      refuse(
        rows,
        executed.filter((_row, index) => index % 5 < 4),
      );
    });
    return [];
  },
};

export const strategyFails: Defect = {
  name: 'strategy-fails',
  title: 'Of the strategy with the fewest decisions more fail than are executed',
  kind: 'strategy',
  causes: [{ rule: 'OP-04', severity: 'MEDIUM' }],
  inject(world, shift) {
    world.rowEdits.push((rows) => {
      const groups = Map.groupBy(executedIn(rows, shift), (row) => cell(row, 'strategy'));
      const [fewest = []] = [...groups.values()]
        .filter(({ length }) => length >= 5)
        .sort((a, b) => a.length - b.length);
      const [first] = fewest;
      if (first === undefined) throw new Error('no strategy of the shift has five decisions');
      refuse(rows, [...fewest, { ...first, id: `${cell(first, 'id')}-more` }]);
    });
    return [];
  },
};

export const purgeMissed: Defect = {
  name: 'purge-missed',
  title: 'Three decisions of 800 days ago were never purged',
  kind: 'storage',
  causes: [{ rule: 'OP-05', severity: 'LOW', subjects: ['decisions'] }],
  inject(world, shift) {
    world.rowEdits.push((rows) => {
      const old = executedIn(rows, shift).slice(0, 3);
      const at = shift.to - 800 * DAY_MS;
      rows.decision.push(
        ...old.map((row, index) => ({
          ...row,
          id: `${cell(row, 'id')}-old`,
          at: timeCell(at + index * HOUR_MS),
          executed_at: timeCell(at + index * HOUR_MS + 800),
        })),
      );
    });
    return ['decisions'];
  },
};

/** A decision of its own beside each of these, refused for want of buying power. */
function refuse(rows: DemoRows, of: readonly DemoRow[]): void {
  const ids = new Set(rows.decision.map((row) => row['id']));
  for (const row of of) {
    const refused = `${cell(row, 'id')}-refused`;
    // Two defects of one shift may refuse beside the same decision.
    const id = ids.has(refused) ? `${refused}-again` : refused;
    const at = row['at'] ?? null;
    rows.decision.push({ ...row, id, status: 'failed', signal_id: null, executed_at: null, failed_at: at });
    rows.execution.push({
      id: `${id}-x`,
      decision_id: id,
      status: 'rejected',
      at,
      error_message: 'Insufficient buying power',
      http_status: 403,
      order_id: null,
      filled_quantity: '0',
      filled_price: null,
      commission: '0',
      request_payload_id: `${id}-req`,
      response_payload_id: `${id}-res`,
    });
  }
}

function executedIn({ decision }: DemoRows, shift: Shift): readonly DemoRow[] {
  const [from, to] = cellsOf(shift);
  return decision.filter((row) => row['status'] === 'executed' && within(row, 'at', from, to));
}

export const refusalSwallowed: Defect = {
  name: 'refusal-swallowed',
  title: 'An entry is refused, and its decision stays pending as if nothing had come back',
  causes: [{ rule: 'CQ-02', severity: 'MEDIUM' }],
  inject(world, shift) {
    world.rowEdits.push(({ decision: decisions }) => {
      const refused = decisions.find(
        (row) =>
          row['status'] === 'failed' && within(row, 'at', timeCell(shift.from), timeCell(shift.to - HOUR_MS)),
      );
      if (refused === undefined) throw new Error('no decision of the shift failed');
      Object.assign(refused, { status: 'pending', failed_at: null });
    });
    return [];
  },
};

export const refusedOrderOpen: Defect = {
  name: 'refused-order-open',
  title: 'An entry is refused, and its order stays open until a sweep ends it 25 minutes later',
  causes: [{ rule: 'CQ-02', severity: 'MEDIUM' }],
  inject(world, shift) {
    const refused = world.failedEntries.find(
      ({ order: { createdAt } }) => createdAt >= shift.from && createdAt < shift.to - HOUR_MS,
    );
    if (refused === undefined) throw new Error('no entry of the shift was refused');
    const { symbol, order } = refused;
    world.rowEdits.push(({ order: orders }) => {
      const ended = timeCell(order.createdAt + 25 * MINUTE_MS);
      const row = orders.find(({ id }) => id === order.id);
      if (row === undefined) throw new Error('no row has the refused order');
      Object.assign(row, { status: 'cancelled', cancelled_at: ended, updated_at: ended });
      Object.assign(row, { reject_code: null, reject_reason: null });
    });
    return [symbol];
  },
};
