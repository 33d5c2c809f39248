import { z } from 'zod';
import type { SectionInput } from '../../audit/section.ts';
import { earlyEndsFact, marketFact, positionsFact } from '../shared/facts/evidence-facts.ts';
import { alertsQuery } from '../shared/queries/monitoring.ts';
import * as trading from '../shared/queries/trading.ts';
import { thresholds } from '../shared/settings.ts';
import { notNegative, positive, sample } from '../shared/vocabulary/setting.ts';
import { zombieEventsQuery } from './events-query.ts';

/** Thresholds of section 8; catalogue 3.9 and 4.7. */
export const settings = z.strictObject({
  ttlMin: positive(60, 'ZO1: an order that is no stop or target is stale after so long (minutes)'),
  farPct: positive(5, 'ZO1: a limit further from the price than this is no use (percent)'),
  graceS: notNegative(60, 'ZO1: so long after it lost its purpose an order is no zombie yet (seconds)'),
  lifetimeMin: positive(
    10,
    'ZO2, ZO-01: an orphan that stood for longer is told though it is gone (minutes)',
  ),
  oversizedPct: notNegative(0.5, 'ZO1: a reduce-only order may exceed its position by this share (percent)'),
  manyLeftOver: sample(10, 'ZO-02: more left-over orders than this are MEDIUM'),
});
export type Settings = z.output<typeof settings>;

export const queries = {
  orders: trading.ordersQuery,
  positions: trading.positionsQuery,
  fills: trading.fillsQuery,
  instruments: trading.instrumentsQuery,
  limits: trading.limitsQuery,
  alerts: alertsQuery,
  events: zombieEventsQuery,
};
export const uses = { thresholds, positions: positionsFact, ends: earlyEndsFact, market: marketFact };
export type Input = SectionInput<typeof queries, Settings, typeof uses>;
