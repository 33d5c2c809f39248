import {
  CancellationScope,
  defineQuery,
  isCancellation,
  setCurrentDetails,
  setHandler,
  setWorkflowOptions,
  workflowInfo,
} from '@temporalio/workflow';
import type { BotPurgePlan } from '../activities/upkeep-types.ts';
import type { BotTableCount } from '../audit/bot-retention.ts';
import type { PurgeCursor } from '../sources/bot-retention/remove-rows.ts';
import type { BotPurgeOutcome } from '../store/retention/bot-purges.ts';
import { light, purging } from './activity-proxies.ts';
import { plain } from './details.ts';
import { forgetInherited, inOwnWords } from './run-facts.ts';
import { parseBotPurgeInput, type BotPurgeInput } from './schedule-input.ts';
import { counted, grouped } from './words.ts';

/** Answer of the query `progress`, and the result. */
export interface BotPurgeResult {
  readonly bot: string;
  readonly cutoff: string;
  /** Null: it goes on. */
  readonly outcome: BotPurgeOutcome | null;
  readonly tables: readonly BotTableCount[];
  readonly warnings: readonly string[];
  /** Seconds that the rest takes at the pace so far; null: not known. */
  readonly leftS: number | null;
}

export const botPurgeQuery = defineQuery<BotPurgeResult | null>('progress');

/**
 * Removes what is past its period from a bot's own audit tables, children before parents, in small batches with pauses.
 * What was removed stays removed when it is cancelled; where it stood is in its history.
 */
export async function botPurge(input?: BotPurgeInput, ...more: readonly unknown[]): Promise<BotPurgeResult> {
  let now: BotPurgeResult | null = null;
  setHandler(botPurgeQuery, () => now, { description: 'Rows by table: old, removed, kept.' });
  const show = (result: BotPurgeResult): BotPurgeResult => {
    now = result;
    setCurrentDetails(details(result));
    return result;
  };
  return inOwnWords(async () => {
    forgetInherited();
    const request = parseBotPurgeInput(input, more);
    const plan = await purging.planBotPurge({ purge: workflowInfo().runId, input: request });
    const { purge, bot, cutoff, warnings } = plan;
    const told = (
      tables: readonly BotTableCount[],
      outcome: BotPurgeOutcome | null,
      leftS: number | null,
    ): BotPurgeResult => show({ bot, cutoff, outcome, tables, warnings, leftS });
    const tables = new Map(plan.tables.map((one) => [one.table, one]));
    const close = async (outcome: BotPurgeOutcome): Promise<BotPurgeResult> => {
      await light.closeBotPurge({ purge, outcome, tables: [...tables.values()] });
      return told([...tables.values()], outcome, null);
    };
    told(plan.tables, null, null);
    if (!plan.execute) return close('dryRun');
    try {
      await removeAll(plan, tables, (leftS) => told([...tables.values()], null, leftS));
    } catch (error) {
      await CancellationScope.nonCancellable(() => close(isCancellation(error) ? 'cancelled' : 'failed'));
      throw error;
    }
    return close('done');
  });
}

setWorkflowOptions({ failureExceptionTypes: [Error] }, botPurge);

async function removeAll(
  { bot, cutoff, tables: planned }: BotPurgePlan,
  tables: Map<string, BotTableCount>,
  show: (leftS: number | null) => void,
): Promise<void> {
  const begunMs = Date.now();
  const all = planned.reduce((sum, { old }) => sum + old, 0);
  let seen = 0;
  for (const { table } of planned) {
    let cursor: PurgeCursor | null = null;
    do {
      const step: Awaited<ReturnType<typeof purging.removeBotRows>> =
        await purging.removeBotRows.executeWithOptions({ summary: table }, [{ bot, table, cutoff, cursor }]);
      ({ cursor } = step);
      seen += step.seen;
      const count = tables.get(table);
      if (count !== undefined)
        tables.set(table, {
          ...count,
          removed: count.removed + step.removed,
          kept: count.kept + step.seen - step.removed,
        });
      show(seen === 0 ? null : Math.round(((Date.now() - begunMs) / 1000 / seen) * Math.max(0, all - seen)));
    } while (cursor !== null);
  }
}

function details({ bot, cutoff, outcome, tables, warnings, leftS }: BotPurgeResult): string {
  const state = outcome ?? (leftS === null ? 'counting' : `removing, about ${counted(leftS, 'second')} left`);
  return [
    `**${plain(bot, 63)}**, rows before \`${cutoff}\`: ${state}`,
    tables
      .map(
        ({ table, old, removed, kept }) =>
          `- ${plain(table, 80)}: ${grouped(old)} old, ${grouped(removed)} removed, ${grouped(kept)} kept`,
      )
      .join('\n'),
    ...warnings.map((warning) => `Warning: ${plain(warning, 200)}.`),
  ].join('\n\n');
}
