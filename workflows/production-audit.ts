import {
  isCancellation,
  patched,
  setCurrentDetails,
  setHandler,
  setWorkflowOptions,
  workflowInfo,
} from '@temporalio/workflow';
import { collecting, computing, light } from './activity-proxies.ts';
import type {
  Collected,
  EvaluatedSection,
  ReportReference,
  ResolvedRun,
  SectionReference,
} from '../activities/types.ts';
import { tellArchived, type StartedByPlan } from './archived-signal.ts';
import { auditResult, type Mails } from './audit-result.ts';
import { deliverReport } from './deliver-report.ts';
import { renderDetails } from './details.ts';
import { parseAuditInput } from './input.ts';
import { ownQueue } from './own-queue.ts';
import { createProgress, type ProgressTracker } from './progress.ts';
import { progressQuery } from './progress-query.ts';
import { publish } from './publish-report.ts';
import { counted, grouped } from './words.ts';
import { describeRun, failureText, forgetInherited, nominalTime, ownFailure } from './run-facts.ts';
import { isOfSource, isReportKept, isSourceLost, whileSourceIsAway } from './source-wait.ts';
import { isStoreAway, whileStoreIsAway } from './store-wait.ts';
import { tellNoReport } from './tell-no-report.ts';
import type { AuditInput, AuditResult } from './types.ts';

/** One bot, one window, one report: collect, evaluate, assemble, render, archive, deliver. `{}` is valid input. */
export async function productionAudit(
  input?: AuditInput,
  plan?: StartedByPlan,
  ...more: readonly unknown[]
): Promise<AuditResult> {
  const progress = createProgress(
    () => new Date().toISOString(),
    (state) => {
      setCurrentDetails(renderDetails(state));
    },
  );
  setHandler(progressQuery, () => progress.current(), {
    description: 'The resolved input, the stages with their times, and the result once there is one.',
  });
  try {
    forgetInherited();
    progress.start('resolve');
    const isPlanned = plan !== undefined && workflowInfo().parent !== undefined;
    const surplus = isPlanned || plan === undefined ? more : [plan, ...more];
    return await audit(parseAuditInput(input, surplus), isPlanned ? plan : undefined, progress);
  } catch (error) {
    progress.abort(isCancellation(error) ? 'cancelled' : failureText(error));
    const { input: resolved, result } = progress.current();
    // Who keeps an earlier report has one.
    if (resolved !== null && result === null && plan?.keepsWhenLost !== true)
      await tellNoReport(resolved, error);
    throw ownFailure(error);
  }
}

setWorkflowOptions({ failureExceptionTypes: [Error] }, productionAudit);

async function audit(
  input: AuditInput,
  plan: StartedByPlan | undefined,
  progress: ProgressTracker,
): Promise<AuditResult> {
  const run = await light.resolveAudit({ input, now: nominalTime() });
  progress.resolved(run.audit);
  describeRun({ bot: run.audit.bot, kind: run.audit.kind, period: run.period }, run.searchAttributes);
  progress.end('resolve', 'done', `${run.audit.bot}, ${run.period}`);

  const degraded: string[] = [];
  const collected = await collect(run, plan, progress, degraded);
  const evaluated = await evaluate(collected, run, progress, degraded);
  progress.start('assemble');
  const { evidenceHash } = collected;
  const assembled = await whileStoreIsAway(() =>
    computing.assembleReport.executeWithOptions(ownQueue(run.queues, 'compute'), [
      { evidenceHash, sections: evaluated },
    ]),
  );
  describeRun({ verdict: assembled.verdict }, run.searchAttributes);
  progress.end(
    'assemble',
    'done',
    `${assembled.verdict}, ${counted(assembled.findings, 'finding')}, revision ${String(assembled.report.revision)}`,
  );

  const urls = await publish(assembled, run.queues, progress, degraded);
  if (!run.audit.deliver) {
    progress.end('deliver', 'skipped', 'not asked for');
    return finish(
      progress,
      auditResult(assembled, urls, degraded, { sent: 0, failed: 0, skipped: NOT_ASKED }),
    );
  }
  // The verdict is shown before the mail is out: a mail server may say "later" for hours.
  finish(progress, auditResult(assembled, urls, degraded, { sent: 0, failed: 0, skipped: 'being sent' }));
  if (plan?.tellsArchived === true) await tellArchived(assembled.verdict);
  const mails = await deliver(assembled.report, run.audit.groups, progress, degraded);
  return finish(progress, auditResult(assembled, urls, degraded, mails));
}

function finish(progress: ProgressTracker, result: AuditResult): AuditResult {
  progress.finished(result);
  return result;
}

const NOT_ASKED = 'not asked for; runs started by hand mail only with {"deliver": true}';

/** Of runs that were resolved by an earlier worker. */
const PATIENCE_MS = 300_000;

/** A database that stays lost costs its numbers, never the report. */
async function collect(
  { audit, patienceMs = PATIENCE_MS, queues }: ResolvedRun,
  plan: StartedByPlan | undefined,
  progress: ProgressTracker,
  degraded: string[],
): Promise<Collected> {
  progress.start('collect');
  let collected: Collected;
  try {
    const summary = `${audit.bot} ${audit.window.from} to ${audit.window.to}`;
    collected = await whileSourceIsAway(patienceMs, (patient) =>
      whileStoreIsAway(() =>
        collecting.collectEvidence.executeWithOptions({ summary, ...ownQueue(queues, 'collect') }, [
          { audit, patient },
        ]),
      ),
    );
  } catch (error) {
    if (isCancellation(error) || isStoreAway(error) || isReportKept(error)) throw error;
    if (plan?.keepsWhenLost === true && isSourceLost(error)) throw error;
    const reason = isOfSource(error)
      ? failureText(error)
      : `the audit failed to read it: ${failureText(error)}`;
    degraded.push(`database: ${reason}`);
    collected = await whileStoreIsAway(() =>
      collecting.collectWithoutDatabase.executeWithOptions(
        { summary: 'without the database, which was lost or refused', ...ownQueue(queues, 'collect') },
        [{ audit, error: reason }],
      ),
    );
  }
  const failed = collected.failedQueries === 0 ? '' : `, ${String(collected.failedQueries)} failed`;
  progress.end(
    'collect',
    'done',
    `${counted(collected.queries, 'query', 'queries')}${failed}, ${grouped(collected.rows)} rows`,
  );
  return collected;
}

async function deliver(
  report: ReportReference,
  groups: readonly string[] | undefined,
  progress: ProgressTracker,
  degraded: string[],
): Promise<Mails> {
  progress.start('deliver');
  const mails = await deliverReport(report, degraded, groups);
  const { sent, failed, skipped } = mails;
  const detail =
    skipped ?? `${counted(sent, 'mail')}${failed === 0 ? '' : `, ${String(failed)} not delivered`}`;
  progress.end('deliver', skipped !== null ? 'skipped' : failed > 0 ? 'failed' : 'done', detail);
  return mails;
}

/** Sections side by side, each an activity of its own name; one that fails degrades alone. */
async function evaluate(
  { evidenceHash, sections }: Collected,
  { queues }: ResolvedRun,
  progress: ProgressTracker,
  degraded: string[],
): Promise<readonly EvaluatedSection[]> {
  progress.start('evaluate', sections.length);
  const evaluated = await Promise.all(
    sections.map(async (section) => {
      const result = await evaluateOne(evidenceHash, section, queues);
      if (result.error !== null) degraded.push(`section ${section.title}: ${result.error}`);
      progress.advance('evaluate');
      return result;
    }),
  );
  const failures = evaluated.filter(({ error }) => error !== null).length;
  progress.end(
    'evaluate',
    'done',
    `${counted(sections.length, 'section')}${failures === 0 ? '' : `, ${String(failures)} failed`}`,
  );
  return evaluated;
}

async function evaluateOne(
  evidenceHash: string,
  section: SectionReference,
  queues: ResolvedRun['queues'],
): Promise<EvaluatedSection> {
  try {
    return await whileStoreIsAway(() =>
      computing.evaluateSection.executeWithOptions(
        { summary: section.title, ...ownQueue(queues, 'compute') },
        [{ evidenceHash, section: section.id }],
      ),
    );
  } catch (error) {
    if (isCancellation(error)) throw error;
    // A report that blames a section for our own store would be wrong; runs that began before did so.
    if (isStoreAway(error) && patched('store-away-ends-run')) throw error;
    return { section: section.id, resultHash: null, error: failureText(error), findings: 0, figures: 0 };
  }
}
