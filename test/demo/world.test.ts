import { describe, expect, test } from '@jest/globals';
import { amount, money, ZERO } from '../../audit/decimal.ts';
import { canonicalJson, sha256 } from '../../audit/hash.ts';
import { NO_DEFECTS } from '../../local/demo/defects/plan.ts';
import { demoData } from '../../local/demo/fill.ts';
import type { DemoRow } from '../../local/demo/world.ts';
import { DEMO_LIMITS } from '../../local/demo/instruments.ts';
import { AS_OF, EDGES, netFromFills, NOW, text, total, walletResidual } from './support.ts';

const clean = demoData(NOW, NO_DEFECTS);
const { rows, snapshots } = clean;
const SHIFTS = EDGES.slice(1).map((to, index) => ({ from: EDGES[index] ?? '', to }));

describe('one world', () => {
  test('ends at the newest shift boundary and is the same for every moment of a shift', () => {
    expect(clean.asOf).toBe(AS_OF);
    const again = demoData(new Date('2026-11-20T15:59:59.999Z'), NO_DEFECTS);
    expect(sha256(canonicalJson(again))).toBe(sha256(canonicalJson(clean)));
  });

  test('is only moved in time for another shift', () => {
    const later = demoData('2027-03-28T00:00:00Z', NO_DEFECTS);
    expect(later.asOf).toBe('2027-03-28T00:00:00.000Z');
    expect(total(later.rows.fill, 'fee').toFixed()).toBe(total(rows.fill, 'fee').toFixed());
    expect(later.rows.position.map(({ id, realized_pnl: pnl }) => [id, pnl])).toEqual(
      rows.position.map(({ id, realized_pnl: pnl }) => [id, pnl]),
    );
  });

  test('has heartbeats and events from the first entry of an open position on, not only from its start', () => {
    const least = (list: readonly DemoRow[], column: string): string =>
      list.map((row) => text(row, column)).sort()[0] ?? '';
    const first = least(rows.position, 'opened_at');
    expect(first < EDGES[0]).toBe(true);
    expect(least(rows.heartbeat, 'at') < first).toBe(true);
    expect(rows.heartbeat.length % 120).toBe(0);
    const opened = new Set(
      rows.event.filter(({ type }) => type === 'position_opened').map((row) => row['position_id']),
    );
    expect(rows.position.filter(({ id }) => !opened.has(id))).toEqual([]);
    expect(new Set(rows.event.map(({ id }) => id)).size).toBe(rows.event.length);
  });

  test('refuses a time that is none', () => {
    expect(() => demoData('yesterday', NO_DEFECTS)).toThrow('yesterday is not a time');
  });

  test('has the size that the demo prints', () => {
    expect(rows.position.length).toBeGreaterThan(580);
    expect(snapshots).toHaveLength(1_440);
    expect(rows.heartbeat.filter((row) => text(row, 'at') >= EDGES[0])).toHaveLength(2 * 1_440);
    expect(rows.balance).toHaveLength(2 * 1_441);
  });
});

describe('to the cent', () => {
  test.each(SHIFTS)('wallets of $to move by gross - fees + funding + transfers', ({ from, to }) => {
    expect(amount(walletResidual(rows, 'binance', from, to))).toBe('0');
    expect(amount(walletResidual(rows, 'bybit', from, to))).toBe('0');
  });

  test('a stored result is gross - fees + funding of the fills', () => {
    const closed = rows.position.filter(({ status }) => status === 'closed');
    expect(closed.length).toBeGreaterThan(500);
    const wrong = closed.filter((row) => !netFromFills(rows, row).eq(text(row, 'realized_pnl')));
    expect(wrong).toEqual([]);
  });

  test('an order has filled what its fills say, and entries and exits of a closed position are equal', () => {
    const byOrder = new Map<string, ReturnType<typeof money>>();
    for (const fill of rows.fill) {
      const id = text(fill, 'order_id');
      byOrder.set(id, (byOrder.get(id) ?? ZERO).plus(text(fill, 'quantity')));
    }
    const wrong = rows.order.filter((row) => !(byOrder.get(text(row, 'id')) ?? ZERO).eq(text(row, 'filled')));
    expect(wrong).toEqual([]);
    const orders = new Map(rows.order.map((row) => [text(row, 'id'), row]));
    const uneven = rows.position.filter((row) => {
      const exit = row['exit_order_id'] === null ? null : orders.get(text(row, 'exit_order_id'));
      const entry = orders.get(text(row, 'entry_order_id'));
      return exit !== null && exit?.['filled'] !== entry?.['filled'];
    });
    expect(uneven).toEqual([]);
  });

  test('equity is wallet plus unrealised result', () => {
    const wrong = rows.balance.filter(
      (row) => !money(text(row, 'total')).plus(text(row, 'unrealized_pnl')).eq(text(row, 'equity')),
    );
    expect(wrong).toEqual([]);
  });
});

describe('the clean world stays clear of every threshold', () => {
  const closedIn = (from: string, to: string): typeof rows.position =>
    rows.position.filter(
      (row) => row['closed_at'] !== null && text(row, 'closed_at') >= from && text(row, 'closed_at') < to,
    );

  test.each(SHIFTS)('positions to $to: winners, profit and losses', ({ from, to }) => {
    const nets = closedIn(from, to).map((row) => money(text(row, 'realized_pnl')));
    const share = nets.filter((net) => net.gt(0)).length / nets.length;
    expect(share).toBeGreaterThan(0.54);
    expect(share).toBeLessThan(0.6);
    expect(nets.reduce((all, net) => all.plus(net), ZERO).toNumber()).toBeGreaterThan(100);
    expect(Math.min(...nets.map(Number))).toBeGreaterThan(-0.6 * Number(DEMO_LIMITS.perTradeLoss));
  });

  test('open positions agree with the snapshots and stay below the limit', () => {
    for (const snapshot of snapshots) {
      const open = rows.position.filter(
        (row) =>
          text(row, 'opened_at') <= snapshot.slot &&
          (row['closed_at'] === null || text(row, 'closed_at') > snapshot.slot),
      );
      if (open.length !== snapshot.total)
        throw new Error(`${snapshot.slot}: ${String(open.length)} rows, snapshot ${String(snapshot.total)}`);
    }
    expect(Math.max(...snapshots.map(({ total: open }) => open))).toBeLessThan(DEMO_LIMITS.maxPositions);
  });

  test.each(SHIFTS)('the counters of the snapshots to $to explain the gauge', ({ from, to }) => {
    const own = snapshots.filter(({ slot }) => slot >= from && slot < to);
    const change = own.slice(1).reduce((all, one) => all + one.new_opened - one.closed, 0);
    expect((own[0]?.total ?? 0) + change).toBe(own.at(-1)?.total);
    expect(own).toHaveLength(480);
  });

  test('every position has a stop at the venue within a second, and no snapshot sees one without', () => {
    expect(
      snapshots.filter(({ unprotected, emergency, ws_reconnects: re }) => unprotected + emergency + re > 0),
    ).toEqual([]);
    const placed = new Map(
      rows.stop_change.filter(({ kind }) => kind === 'placed').map((row) => [text(row, 'position_id'), row]),
    );
    const late = rows.position.filter((row) => {
      const stop = placed.get(text(row, 'id'));
      return !stop || Date.parse(text(stop, 'at')) - Date.parse(text(row, 'opened_at')) > 1_000;
    });
    expect(late).toEqual([]);
  });

  test('no position grows older than 12 hours and no exit lies on a window edge', () => {
    const ages = rows.position.map(
      (row) => Date.parse(text(row, 'last_evaluated_at')) - Date.parse(text(row, 'opened_at')),
    );
    expect(Math.max(...ages)).toBeLessThan(7 * 3_600_000);
    const edge = [...rows.fill, ...rows.event].filter((row) => EDGES.some((at) => at === row['at']));
    expect(edge).toEqual([]);
  });
});
