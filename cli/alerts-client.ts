import type { Client, WorkflowHandle } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import type { AlertsCarried } from '../workflows/alerts-types.ts';
import { CommandError } from './errors.ts';

const QUERY_DEADLINE_MS = 10_000;

/** A bot's alerts as its workflow keeps them; null: it does not run, so nobody has looked yet. */
export interface BotAlerts {
  readonly bot: string;
  readonly kept: AlertsCarried | null;
}

/** The alerts of these bots. @throws CommandError when no worker answers */
export async function alertsOf(client: Client, bots: readonly string[]): Promise<readonly BotAlerts[]> {
  return Promise.all(bots.map(async (bot) => ({ bot, kept: await keptBy(client, handleOf(client, bot)) })));
}

/** Says who takes care of the alert that begins so, whichever bot's it is; gives the bot. */
export async function acknowledge(
  client: Client,
  bots: readonly string[],
  given: { readonly id: string; readonly by: string; readonly note?: string },
): Promise<string> {
  const all = await alertsOf(client, bots);
  const open = all.flatMap(({ bot, kept }) => (kept?.alerts.open ?? []).map(({ id }) => ({ bot, id })));
  const named = open.filter(({ id }) => id.startsWith(given.id.toLowerCase()));
  const [first, ...others] = named;
  if (first === undefined || others.length > 0)
    throw new CommandError(
      `${first === undefined ? 'No open alert has' : `${String(named.length)} open alerts have`} an id that begins with ${given.id}. ` +
        '`production-audit alerts list` shows those that are open.',
    );
  try {
    await handleOf(client, first.bot).executeUpdate<string, [unknown]>('acknowledge', { args: [given] });
  } catch (error) {
    const cause: unknown = error instanceof Error ? error.cause : undefined;
    if (cause instanceof Error) throw new CommandError(cause.message);
    throw error;
  }
  return first.bot;
}

function handleOf(client: Client, bot: string): WorkflowHandle {
  return client.workflow.getHandle(`alerts/${bot}`);
}

async function keptBy(client: Client, handle: WorkflowHandle): Promise<AlertsCarried | null> {
  try {
    return await client.withDeadline(Date.now() + QUERY_DEADLINE_MS, () =>
      handle.query<AlertsCarried>('alerts'),
    );
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw new CommandError(
      `The alerts of ${handle.workflowId} cannot be asked for: no worker answers. They are kept in Temporal until one does.`,
    );
  }
}
