import { amount } from '../../audit/decimal.ts';
import type { Occurrence, See } from '../../audit/finding.ts';
import { seeRows } from '../shared/vocabulary/finding-query.ts';
import { col, table } from '../shared/vocabulary/table.ts';
import { at, occurrenceOf, perVenue, POSITION_COLUMNS } from './cases.ts';
import type { Facts } from './facts.ts';
import type { Input } from './input.ts';
import type { Triggered } from './triggers.ts';

type Side = 'failed' | 'slipped';

/** What both sides of SL-04 say of stops that fired. */
export const TRIGGER_RULE = {
  id: 'SL-04',
  title: 'Trigger failed or slipped',
  dimension: 'risk',
  condition: ({ triggerFillS, slippageWorstBps, lossBeyondPlan }: Input['settings']) =>
    `triggered and not filled whole within ${String(triggerFillS)} s, slippage above ${String(slippageWorstBps)} bps, or a loss above ${lossBeyondPlan === 2 ? 'twice' : `${String(lossBeyondPlan)} times`} the planned one; CRITICAL when the position remained`,
  effort: 'medium',
  from: ({ from }: Facts) => from,
  occurrence: (fired: Triggered): Occurrence => {
    const { filledAt } = fired.stop;
    return occurrenceOf(fired, fired.at, filledAt === null ? undefined : Math.max(fired.at, filledAt));
  },
  see: ({ found }: { readonly found: readonly Triggered[] }): See =>
    seeRows(
      'order',
      'position_id, id, type, status, trigger_price, average_price, triggered_at, filled_at',
      'id',
      found.map(({ stop }) => stop.id),
      'triggered_at',
    ),
} as const;

/** The stops of one side by exchange. */
export const triggersOf = (side: Side, { venues, triggered }: Facts, isOf: (fired: Triggered) => boolean) =>
  perVenue(venues, (venue) => at(triggered, venue).filter(isOf)).map((group) => ({
    ...group,
    labels: { cause: side },
  }));

export const triggerEvidence = (side: Side, title: string) => ({
  id: 'stop-loss.triggers',
  suffix: () => side,
  title,
  table: () => TRIGGER_TABLE,
});

const TRIGGER_TABLE = table<Triggered>({
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
