import { describe, expect, test } from '@jest/globals';
import { NO_DEFECTS } from '../../local/demo/defects/plan.ts';
import { demoData } from '../../local/demo/fill.ts';
import { EDGES, NOW, text } from './support.ts';

const { rows } = demoData(NOW, NO_DEFECTS);
const calls = rows.api_call;

describe("the demo bot's API calls", () => {
  test('are some 19,000 in each shift, in order of time', () => {
    for (const [index, to] of EDGES.slice(1).entries()) {
      const count = calls.filter((row) => text(row, 'at') >= (EDGES[index] ?? '') && text(row, 'at') < to);
      expect(count.length).toBeGreaterThan(18_000);
      expect(count.length).toBeLessThan(20_000);
    }
    const times = calls.map((row) => text(row, 'at'));
    expect(times).toEqual([...times].sort());
  });

  test('send each order of the history once, as long before its acknowledgement as the order says', () => {
    const sent = calls.filter(
      ({ operation: kind, client_order_id: id }) => kind !== 'cancel_order' && id !== null,
    );
    const byOrder = new Map(sent.map((row) => [row['client_order_id'], row]));
    expect(byOrder.size).toBe(sent.length);
    const orders = rows.order.filter((row) => text(row, 'created_at') >= EDGES[0]);
    const wrong = orders.filter((order) => {
      const call = byOrder.get(order['client_order_id'] ?? null);
      if (call === undefined || call['at'] !== order['created_at']) return true;
      const isRefused = order['status'] === 'rejected';
      const ended = Date.parse(text(call, 'at')) + Number(call['duration_ms']);
      return isRefused ? call['outcome'] !== 'error' : ended !== Date.parse(text(order, 'venue_at'));
    });
    expect(wrong).toEqual([]);
  });

  test('fail seldom, and never use two thirds of a limit', () => {
    const failed = calls.filter(({ outcome }) => outcome !== 'ok');
    expect(failed.length).toBeGreaterThan(10);
    expect(failed.length).toBeLessThan(25);
    for (const row of calls) {
      const [used, left] = [Number(row['rate_limit_used']), Number(row['rate_limit_remaining'])];
      if (used > 2 * left) throw new Error(`${text(row, 'at')}: ${String(used)} used, ${String(left)} left`);
    }
  });
});
