import { ApplicationFailure } from '@temporalio/common';
import { isCancellation, setCurrentDetails, setWorkflowOptions } from '@temporalio/workflow';
import { sizeText } from '../audit/retention-text.ts';
import { collecting, light, purging } from './activity-proxies.ts';
import { plain } from './details.ts';
import { FAILURE } from './failure-types.ts';
import { withoutStack } from './input.ts';
import type { BotExamined, MaintenanceResult, StoreKept } from './maintenance-types.ts';
import { failureText, forgetInherited, inOwnWords } from './run-facts.ts';
import { parseMaintenanceInput, type MaintenanceInput } from './schedule-input.ts';
import { counted } from './words.ts';

/**
 * The upkeep of every night: our own store (partitions ahead, leftovers, sizes), and each bot's connection, role and
 * mapping as an audit would find them. Fails at its end when a bot cannot be read, with everything else done.
 */
export async function dailyMaintenance(
  input?: MaintenanceInput,
  ...more: readonly unknown[]
): Promise<MaintenanceResult> {
  return inOwnWords(async () => {
    forgetInherited();
    parseMaintenanceInput(input, more);
    setCurrentDetails('▶ Our own store');
    const store = await purging.keepStore();
    setCurrentDetails(storeLines(store).join('\n'));
    const names = await light.botNames();
    const bots = await Promise.all(names.map(examined));
    setCurrentDetails([...storeLines(store), ...bots.flatMap(botLines)].join('\n'));
    const failed = bots.filter(({ outcome }) => outcome === 'failed');
    if (failed.length === 0) return { store, bots };
    const named = failed.map(({ bot, lines }) => `${bot}: ${lines.join('; ')}`).join('. ');
    throw withoutStack(
      ApplicationFailure.nonRetryable(
        `${String(failed.length)} of ${counted(bots.length, 'bot')} cannot be read as configured. ${named}`.slice(
          0,
          2000,
        ),
        FAILURE.botUnreadable,
        { store, bots },
      ),
    );
  });
}

setWorkflowOptions({ failureExceptionTypes: [Error] }, dailyMaintenance);

/** One bot's trouble is its own. */
async function examined(bot: string): Promise<BotExamined> {
  try {
    return await collecting.examineBot.executeWithOptions({ summary: bot }, [{ bot }]);
  } catch (error) {
    if (isCancellation(error)) throw error;
    return { bot, outcome: 'failed', lines: [failureText(error)] };
  }
}

function storeLines(store: StoreKept): readonly string[] {
  const { monthsMade, leftovers, artifacts, freeBytes, snapshotMonths, warnings } = store;
  return [
    `- ✔ partitions: ${monthsMade.length === 0 ? 'all there' : `made ${monthsMade.join(', ')}`}`,
    `- ✔ leftovers of killed workers: ${leftovers === 0 ? 'none' : `${String(leftovers)} removed`}`,
    `- database ${sizeText(store.databaseBytes)}, of that ${counted(snapshotMonths, 'month')} of snapshots ${sizeText(store.snapshotBytes)}`,
    `- ${counted(artifacts, 'artifact')} ${sizeText(store.artifactBytes)}${freeBytes === null ? '' : `, ${sizeText(freeBytes)} free`}`,
    ...warnings.map((warning) => `- ✘ ${plain(warning, 200)}`),
  ];
}

function botLines({ bot, outcome, lines: [first = '', ...rest] }: BotExamined): readonly string[] {
  const mark = { works: '✔', failed: '✘', 'not tried': '○' }[outcome];
  return [
    `- ${mark} **${plain(bot, 63)}** ${plain(first, 300)}`,
    ...rest.map((line) => `  - ${plain(line, 300)}`),
  ];
}
