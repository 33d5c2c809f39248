import { z } from 'zod';
import type { SectionInput } from '../../audit/section.ts';
import { positionsFact } from '../shared/facts/evidence-facts.ts';
import { apiDurationsQuery } from '../shared/queries/api-calls.ts';
import {
  READ_WITHIN_MIN,
  streamEventsQuery,
  streamReadsQuery,
  streamStatesQuery,
} from '../shared/queries/streams.ts';
import { fillsQuery, ordersQuery } from '../shared/queries/trading.ts';
import { thresholds } from '../shared/settings.ts';
import { idsOf } from '../shared/vocabulary/query-ids.ts';
import { notNegative, percent, positive, sample, setting } from '../shared/vocabulary/setting.ts';

/** Thresholds of section 4, catalogue 3.5 and 4.4. */
export const settings = z.object({
  uptimeGoodPercent: percent(99.9, 'WS5: full score from this uptime of the worst stream on.'),
  uptimeWarnPercent: percent(99, 'WS-01 fires below this uptime of a stream; half score here.'),
  uptimeBadPercent: percent(97, 'WS-01 is HIGH below this uptime; score 0 from here down.'),
  silentWarnPoints: positive(
    0.5,
    'WS6: half score where silence took so many points of the uptime, percentage points.',
  ),
  silentBadPoints: positive(2, 'WS6: score 0 from so many points on, percentage points.'),
  reconnectGoodS: positive(10, 'WS7: full score up to this mean time to reconnect, seconds.'),
  reconnectWarnS: positive(30, 'WS7: half score here, seconds.'),
  reconnectBadS: positive(60, 'WS7: score 0 from here on, seconds.'),
  silentPricesS: notNegative(5, 'WS-02: a stream of prices may be silent for this long, seconds.'),
  silentOrdersS: notNegative(
    60,
    'WS-02: a stream of orders, or one of which nobody says what it carries, may be silent for this long, seconds.',
  ),
  blindGraceS: notNegative(
    5,
    'WS-04: an order that is sent this soon after the stream of orders was lost was on its way, seconds.',
  ),
  readAfterS: setting(
    30,
    'WS10, WS-03: positions, orders or balances are read by REST so soon after a lost stream of orders is open again, seconds.',
    z
      .number()
      .positive()
      .max(60 * READ_WITHIN_MIN),
  ),
  stormFailures: sample(5, 'WS-05 fires above so many failed attempts in a row.'),
  stormReconnects: sample(12, 'WS-05 fires above so many reconnects of a stream within an hour.'),
  togetherS: positive(30, 'WS-01: streams lost within this of each other were lost together, seconds.'),
  keyMin: positive(60, 'WS-02: age at which the key of a stream of orders expires, minutes.'),
  keyNearMin: positive(5, 'WS-02: a silence this near to it supports that it was not renewed, minutes.'),
});
export type Settings = z.output<typeof settings>;

export const queries = {
  events: streamEventsQuery,
  states: streamStatesQuery,
  orders: ordersQuery,
  fills: fillsQuery,
  reads: streamReadsQuery,
  calls: apiDurationsQuery,
};
export const uses = { thresholds, positions: positionsFact };
export type Input = SectionInput<typeof queries, Settings, typeof uses>;

export const asked = idsOf(queries);
