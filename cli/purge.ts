import { InvalidArgumentError, type Command } from 'commander';
import { planLines, removedLines } from '../audit/retention-text.ts';
import type { PurgeProgress, PurgeResult } from '../workflows/purge-types.ts';
import type { PurgeInput } from '../workflows/schedule-input.ts';
import { print, printJson, remark, type CliContext, type GlobalOptions } from './context.ts';
import { UsageError } from './errors.ts';
import { examples } from './examples.ts';

interface PurgeOptions extends GlobalOptions {
  readonly dryRun?: boolean;
  readonly approve?: string;
  readonly maxShare?: number;
  readonly json?: boolean;
}

export function addPurgeCommand(program: Command, context: CliContext): void {
  program
    .command('purge')
    .description('Plan what is past its period in our own store, and remove what was approved.')
    .option('--dry-run', 'only plan, and say what would be removed')
    .option('--approve <plan>', 'approve the plan that begins so, and follow its removal', parsePlan)
    .option(
      '--max-share <percent>',
      'let this plan remove more of a class than retention.maxSharePercent',
      parsePercent,
    )
    .option('--json', 'print progress or result as JSON')
    .addHelpText(
      'after',
      examples([
        ['purge --dry-run', 'what would be removed, by class'],
        ['purge', 'makes a plan, which waits for its approval'],
        ['purge --approve 3f9a1c07d2e4', 'removes exactly that plan'],
      ]),
    )
    .action(async (_options: unknown, command: Command) => {
      await purge(context, command.optsWithGlobals<PurgeOptions>());
    });
}

async function purge(context: CliContext, options: PurgeOptions): Promise<void> {
  const { dryRun, approve, maxShare } = options;
  if (approve !== undefined && (dryRun === true || maxShare !== undefined))
    throw new UsageError('--approve is for a plan that is made already; leave the other options out.');
  const { openConfig } = await import('./session.ts');
  const { temporalClient } = await import('./temporal.ts');
  const { approvePlan, followPurge, startPurge } = await import('./purge-client.ts');
  const { whoAmI } = await import('./hold.ts');
  const { withStore } = await import('./store-pool.ts');
  const { findPlan } = await import('../store/retention/purges.ts');
  const { config } = await openConfig(context, options);
  const { taskQueue } = config.temporal;
  const { client, close } = await temporalClient(config.temporal);
  try {
    const following = { client, taskQueue, signal: context.signal };
    if (approve !== undefined) {
      const fate = () => withStore(config, (pool) => findPlan(pool, approve));
      const handle = await approvePlan(client, { plan: approve, by: whoAmI(), fate });
      remark(context, `Approved. The purge is ${handle.workflowId}.`);
      show(context, options, await followPurge(handle, following, 'ended'));
      return;
    }
    const input: PurgeInput = {
      ...(dryRun === true && { dryRun }),
      ...(maxShare !== undefined && { maxSharePercent: maxShare }),
    };
    const handle = await startPurge(client, taskQueue, input);
    remark(context, `The purge is ${handle.workflowId}.`);
    show(context, options, await followPurge(handle, following, 'waiting'));
  } finally {
    await close();
  }
}

function show(context: CliContext, options: PurgeOptions, seen: PurgeProgress | PurgeResult): void {
  if (options.json === true) printJson(context, seen);
  else print(context, ('outcome' in seen ? resultLines(seen) : waitingLines(seen)).join('\n'));
}

function resultLines({ outcome, approvedBy, planned, removed, plan, mails }: PurgeResult): readonly string[] {
  if (outcome === 'dryRun')
    return ['Nothing was removed; a purge would remove:', ...indented(planned), `Mail: ${mails}.`];
  const lines = removedLines(removed);
  if (outcome === 'done' && approvedBy === null)
    return ['Nothing is past its period, so nothing waits for an approval:', ...indented(planned)];
  const head = `Purge of plan ${plan.slice(0, 12)}: ${outcome}`;
  return [head, ...indented(lines.length === 0 ? ['nothing was removed'] : lines)];
}

function waitingLines({ plan }: PurgeProgress): readonly string[] {
  if (plan === null) return [];
  const short = plan.planHash.slice(0, 12);
  return [
    `Plan ${short} waits for its approval for ${String(plan.approvalHours)} hours; nothing is removed yet:`,
    ...indented(planLines(plan)),
    `\`production-audit purge --approve ${short}\` removes exactly this.`,
  ];
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}

function parsePlan(text: string): string {
  if (!/^[0-9a-f]{8,64}$/i.test(text))
    throw new InvalidArgumentError('Expected the beginning of a plan, eight characters or more.');
  return text;
}

function parsePercent(text: string): number {
  const percent = Number(text);
  if (!Number.isInteger(percent) || percent < 1 || percent > 100)
    throw new InvalidArgumentError('Expected a whole number from 1 to 100.');
  return percent;
}
