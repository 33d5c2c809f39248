import { ApplicationFailure } from '@temporalio/common';
import {
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  defineUpdate,
  patched,
  setCurrentDetails,
  setHandler,
  setWorkflowOptions,
  workflowInfo,
} from '@temporalio/workflow';
import {
  noAlerts,
  type AlertLook,
  type AlertMessage,
  type AlertsState,
  type Step,
} from '../audit/alerts/alert.ts';
import {
  acknowledge,
  acknowledgeProblem,
  look,
  nextDueMs,
  tick,
  unreached,
} from '../audit/alerts/lifecycle.ts';
import { isLookAt } from '../audit/alerts/look-form.ts';
import { alertNotice } from '../audit/alerts/notice.ts';
import { alertsDetails } from './alerts-details.ts';
import type { AlertsCarried } from './alerts-types.ts';
import { invalidInput, withoutStack } from './input.ts';
import { forgetInherited, inOwnWords } from './run-facts.ts';
import {
  parseAcknowledgeInput,
  parseAlertsInput,
  type AcknowledgeInput,
  type AlertsInput,
} from './schedule-input.ts';
import { sendNotice } from './send-notice.ts';

/** What is left when nobody has looked at the bot for a week. */
export interface AlertsResult {
  readonly bot: string;
  readonly lookedAt: string | null;
  readonly open: number;
}

export const lookSignal = defineSignal<[AlertLook]>('look');
export const acknowledgeUpdate = defineUpdate<string, [AcknowledgeInput?]>('acknowledge');
export const alertsQuery = defineQuery<AlertsCarried>('alerts');

/** About eight hours: small histories, and code that changes is soon the code of all. */
const LOOKS_A_RUN = 100;
const ABANDONED_MS = 7 * 24 * 3_600_000;
const UNSENT_KEPT = 10;
const UNNAMED = 'somebody with access to Temporal';

/**
 * The life of a bot's alerts: fed by `alertWatch`, acknowledged by people. It goes on as long as it is fed. `carried` is
 * for continue-as-new only.
 */
export async function alerts(
  input?: AlertsInput,
  carried?: AlertsCarried,
  ...more: readonly unknown[]
): Promise<AlertsResult> {
  const isContinued = workflowInfo().continuedFromExecutionRunId !== undefined;
  const surplus = isContinued || carried === undefined ? more : [carried, ...more];
  let { alerts: now, unsent } = (isContinued ? carried : undefined) ?? {
    alerts: noAlerts(input?.bot ?? ''),
    unsent: [],
  };
  let ignoredAt: string | null = null;
  const waiting: AlertMessage[] = [];
  let [changes, looks, sending] = [0, 0, 0];
  const apply = ({ state, messages }: Step): void => {
    now = state;
    changes += 1;
    waiting.push(...messages);
    setCurrentDetails(alertsDetails({ alerts: now, unsent }, ignoredAt));
  };
  setHandler(alertsQuery, () => ({ alerts: now, unsent }), {
    description: 'Open alerts, and what is not watched.',
  });
  setHandler(
    lookSignal,
    (seen) => {
      looks += 1;
      const isLook = isLookAt(now.bot, seen, Date.now());
      if (!isLook) ignoredAt = time();
      apply(isLook ? look(now, seen, time()) : { state: now, messages: [] });
    },
    { description: 'What alertWatch found; people have no use for it.' },
  );
  setHandler(
    acknowledgeUpdate,
    (given?: AcknowledgeInput, ...more: readonly unknown[]) => {
      const { id = '', by = UNNAMED, note = null } = parseAcknowledgeInput(given, more);
      apply(acknowledge(now, { id, by, note }, time()));
      return `Acknowledged by ${by}.`;
    },
    {
      validator: (given?: AcknowledgeInput, ...more: readonly unknown[]) => {
        refuseAcknowledgement(now, parseAcknowledgeInput(given, more));
      },
      description: 'Says who takes care of an alert: {"id": "beginning of its id", "by": "your name"}.',
    },
  );
  const send = async (message: AlertMessage): Promise<void> => {
    const { sent, failed } = await sendNotice(alertNotice(message));
    const about = `${message.at.slice(0, 16)}Z to level ${String(message.contacts)}`;
    unsent = [...failed.map((why) => `${about}: ${why}`), ...unsent].slice(0, UNSENT_KEPT);
    apply(sent === 0 && failed.length > 0 ? unreached(now, message, time()) : { state: now, messages: [] });
  };
  const settled = (): void => {
    sending -= 1;
    changes += 1;
  };
  return inOwnWords(async () => {
    forgetInherited();
    const { bot } = parseAlertsInput(input, surplus);
    if (bot === undefined)
      throw invalidInput(['"bot" is missing; for example {"bot": "demo"}. `alertWatch` starts it.']);
    // Another would wait a week for looks that nobody sends it.
    if (patched('alerts-own-id') && workflowInfo().workflowId !== `alerts/${bot}`)
      throw invalidInput([
        `The alerts of ${bot} are kept by the run alerts/${bot}; start \`alertWatch\` with {"bot": "${bot}"}, which starts that one when it is missing.`,
      ]);
    for (;;) {
      for (const message of waiting.splice(0)) {
        sending += 1;
        // Rejected only when the run is cancelled, which the wait below hears as well.
        send(message).then(settled, settled);
      }
      const isLong = looks >= LOOKS_A_RUN || workflowInfo().continueAsNewSuggested;
      if (isLong && sending === 0) await continueAsNew<typeof alerts>(input, { alerts: now, unsent });
      const seen = changes;
      const dueMs = nextDueMs(now);
      const waitMs = dueMs === null ? ABANDONED_MS : Math.max(1, dueMs - Date.now());
      const isChanged = await condition(() => changes !== seen, waitMs);
      if (isChanged) continue;
      if (dueMs === null) return { bot, lookedAt: now.lookedAt, open: now.open.length };
      apply(tick(now, time()));
    }
  });
}

setWorkflowOptions({ failureExceptionTypes: [Error] }, alerts);

function time(): string {
  return new Date(Date.now()).toISOString();
}

/** @throws what the Web UI and the command line show to whoever acknowledges */
function refuseAcknowledgement(state: AlertsState, { id = '' }: AcknowledgeInput): void {
  const problem = acknowledgeProblem(state, id);
  if (problem !== null)
    throw withoutStack(ApplicationFailure.nonRetryable(problem, 'AcknowledgementRefused'));
}
