import { amount } from '../../audit/decimal.ts';
import type { Occurrence, See } from '../../audit/finding.ts';
import { seeRows } from '../shared/vocabulary/finding-query.ts';
import { col, table, type Table } from '../shared/vocabulary/table.ts';
import { occurrenceOf, POSITION_COLUMNS } from './found-positions.ts';
import type { Input } from './input.ts';
import type { Triggered } from './triggers.ts';

/** What both findings of SL-04 are: stops that fired. */
export const TRIGGER_RULE = {
  id: 'SL-04',
  title: 'Trigger failed or slipped',
  dimension: 'risk',
  condition: ({ triggerFillS, slippageWorstBps, lossBeyondPlan }: Input['settings']) =>
    `triggered and not filled whole within ${String(triggerFillS)} s, slippage above ${String(slippageWorstBps)} bps, or a loss above ${lossBeyondPlan === 2 ? 'twice' : `${String(lossBeyondPlan)} times`} the planned one; CRITICAL when the position remained`,
  effort: 'medium',
} as const;

export const TRIGGER_TABLE: Table<Triggered> = table<Triggered>({
  ...POSITION_COLUMNS,
  type: col.text('Stop', ({ stop }) => stop.type),
  triggered: col.time('Triggered', ({ at }) => at),
  filled: col.time('Filled', ({ stop }) => stop.filledAt),
  trigger: col.price('Trigger', ({ stop }) => stop.trigger),
  fill: col.price('Fill', ({ fillPrice }) => fillPrice && amount(fillPrice.toDecimalPlaces(12))),
  slippage: col.bps('Slippage (bps)', ({ slippageBps }) => slippageBps),
  cost: col.money('Cost', ({ slippageCost }) => slippageCost),
  plan: col.ratio('Loss / plan', ({ lossOverPlan }) => lossOverPlan),
});

export function triggerOccurrence(fired: Triggered): Occurrence {
  const { filledAt } = fired.stop;
  return occurrenceOf(fired, fired.at, filledAt === null ? undefined : Math.max(fired.at, filledAt));
}

export function seeTriggers(found: readonly Triggered[]): See {
  return seeRows(
    'order',
    'position_id, id, type, status, trigger_price, average_price, triggered_at, filled_at',
    'id',
    found.map(({ stop }) => stop.id),
    'triggered_at',
  );
}
