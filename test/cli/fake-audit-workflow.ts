import { ApplicationFailure, defineQuery, setHandler, sleep } from '@temporalio/workflow';

const progress = defineQuery('progress');

/** Stands for the real workflow where only the client's side is tried: it ends as its bot's name says. */
export async function productionAudit(input: { readonly bot: string }): Promise<unknown> {
  let state = 'running';
  setHandler(progress, () => ({ input: null, stages: [{ stage: 'collect', state }], result: null }));
  await sleep(input.bot === 'waits' ? 60_000 : 700);
  if (input.bot === 'refused') {
    throw ApplicationFailure.nonRetryable('There is no bot "refused". Write {"bot": "demo"}.', 'UnknownBot');
  }
  if (input.bot === 'breaks') throw ApplicationFailure.nonRetryable('The store is full.', 'StoreUnavailable');
  state = 'done';
  return { verdict: 'PASS' };
}
