import { isCancellation, setCurrentDetails, setWorkflowOptions } from '@temporalio/workflow';
import type { AlertWatched } from '../activities/upkeep-types.ts';
import { light, watching } from './activity-proxies.ts';
import { clipped, plain } from './details.ts';
import { describeRun, failureText, forgetInherited, inOwnWords, nominalTime } from './run-facts.ts';
import { parseAlertWatchInput, type AlertWatchInput } from './schedule-input.ts';
import { counted } from './words.ts';

export interface AlertWatchResult {
  /** ISO 8601 UTC: what the looks are of. */
  readonly at: string;
  readonly bots: readonly AlertWatched[];
  /** Bots whose look failed, with the reason. */
  readonly failed: readonly string[];
}

/** Looks at the alerts of every bot, side by side, and tells each bot's `alerts/<bot>` what it found. */
export async function alertWatch(
  input?: AlertWatchInput,
  ...more: readonly unknown[]
): Promise<AlertWatchResult> {
  return inOwnWords(async () => {
    forgetInherited();
    const request = parseAlertWatchInput(input, more);
    const at = nominalTime();
    const { bots, searchAttributes } = await light.planAlertWatch({ input: request });
    describeRun(
      { kind: 'alerts', ...(bots.length === 1 && bots[0] !== undefined && { bot: bots[0] }) },
      searchAttributes,
    );
    const ends = await Promise.all(bots.map((bot) => watch(bot, at)));
    const result: AlertWatchResult = {
      at,
      bots: ends.flatMap((end) => ('bot' in end ? [end] : [])),
      failed: ends.flatMap((end) => ('error' in end ? [end.error] : [])),
    };
    setCurrentDetails(details(result));
    return result;
  });
}

setWorkflowOptions({ failureExceptionTypes: [Error] }, alertWatch);

/** One bot whose look fails costs no other its own. */
async function watch(bot: string, at: string): Promise<AlertWatched | { readonly error: string }> {
  try {
    return await watching.watchAlerts.executeWithOptions({ summary: bot }, [{ bot, at }]);
  } catch (error) {
    if (isCancellation(error)) throw error;
    return { error: `${bot}: ${failureText(error)}` };
  }
}

function details({ bots, failed }: AlertWatchResult): string {
  const lines = bots.map(
    ({ bot, firing, unknown, unwatched }) =>
      `- ${plain(bot, 63)}: ${counted(firing, 'alert')}, ${String(unknown.length)} cannot be watched, ${String(unwatched.length)} not watched`,
  );
  return clipped([...failed.map((line) => `- **failed** ${plain(line, 200)}`), ...lines].join('\n'));
}
