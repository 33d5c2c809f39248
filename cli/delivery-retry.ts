import type { Client, WorkflowHandle } from '@temporalio/client';
import { retryProblem } from '../activities/reopen-delivery.ts';
import { deliveriesNamed, listDeliveries, type Delivery } from '../store/deliveries.ts';
import { printable } from './ansi.ts';
import { print, remark, type CliContext, type GlobalOptions } from './context.ts';
import { CommandError, describeFailure, EXIT, InterruptedError } from './errors.ts';
import { withTemporal } from './schedule-session.ts';
import { openConfig } from './session.ts';
import { withStore } from './store-pool.ts';
import { whenAborted } from '../local/interruption.ts';

export interface RetryOptions extends GlobalOptions {
  readonly evenIfDoubled?: boolean;
  readonly failed?: boolean;
  readonly bot?: string;
}

/** Nights of a large fleet. */
const MOST = 1_000;

/** Sends one delivery again. @throws CommandError with why it cannot be sent */
export async function retryOne(context: CliContext, id: string, options: RetryOptions): Promise<void> {
  const { config } = await openConfig(context, options);
  const evenIfDoubled = options.evenIfDoubled === true;
  const found = await withStore(config, (pool) => deliveriesNamed(pool, id));
  const [delivery] = found;
  if (delivery === undefined || found.length > 1)
    throw new CommandError(
      delivery === undefined
        ? `There is no delivery ${id}. \`production-audit deliveries list\` shows those there are.`
        : `More than one delivery begins with ${id}; write more of its id.`,
    );
  const problem = retryProblem(delivery, evenIfDoubled);
  if (problem !== null) throw new CommandError(problem.replace(' ({"evenIfDoubled": true})', ''));
  if (delivery.state === 'ambiguous')
    remark(context, `It may arrive twice: the first ended with ${delivery.response ?? 'no answer'}.`);
  await withTemporal(context, options, async (client, { temporal }) => {
    try {
      const run = await started(client, temporal.taskQueue, delivery, evenIfDoubled);
      await tell(context, delivery, run, interruptionOf(context));
    } catch (error) {
      context.setExitCode(EXIT.fail);
      throw error;
    }
  });
}

/** Sends again all reports that did not arrive, the oldest first: all are begun before the first is waited for. */
export async function retryAll(context: CliContext, options: RetryOptions): Promise<void> {
  const { config } = await openConfig(context, options);
  const { bot } = options;
  const found = await withStore(config, (pool) =>
    listDeliveries(pool, {
      states: ['rejected', 'deferred'],
      limit: MOST,
      ...(bot !== undefined && { bot }),
    }),
  );
  const deliveries = found.filter(({ report }) => report !== null).reverse();
  if (deliveries.length === 0) {
    print(context, 'No report was refused or deferred.');
    return;
  }
  await withTemporal(context, options, async (client, { temporal }) => {
    const runs: (readonly [Delivery, WorkflowHandle])[] = [];
    for (const delivery of deliveries)
      runs.push([delivery, await started(client, temporal.taskQueue, delivery, false)]);
    const interrupted = interruptionOf(context);
    for (const [delivery, run] of runs) {
      try {
        await tell(context, delivery, run, interrupted);
      } catch (error) {
        if (error instanceof InterruptedError) throw error;
        context.setExitCode(EXIT.fail);
        const { message } = describeFailure(error);
        print(context, `Not delivered to ${printable(delivery.recipient)}: ${printable(message ?? '')}`);
      }
    }
  });
}

const interruptionOf = ({ signal }: CliContext): Promise<never> =>
  whenAborted(
    signal,
    () =>
      new InterruptedError(
        'Interrupted. What was begun goes on; `production-audit deliveries list` shows it.',
      ),
  );

async function tell(
  context: CliContext,
  { recipient }: Delivery,
  run: WorkflowHandle,
  interrupted: Promise<never>,
): Promise<void> {
  const { detail } = (await Promise.race([run.result(), interrupted])) as { readonly detail: string };
  print(context, `Delivered to ${printable(recipient)}: ${printable(detail)}`);
}

async function started(
  client: Client,
  taskQueue: string,
  { id }: Delivery,
  evenIfDoubled: boolean,
): Promise<WorkflowHandle> {
  return client.workflow.start('redelivery', {
    taskQueue,
    workflowId: `redelivery/${id}`,
    args: [{ delivery: id, ...(evenIfDoubled && { evenIfDoubled }) }],
    staticSummary: `delivery ${id.slice(0, 12)} again`,
    workflowIdConflictPolicy: 'USE_EXISTING',
  });
}
