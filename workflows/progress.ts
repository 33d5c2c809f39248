import type { AuditProgress, AuditResult, ResolvedAudit, StageProgress } from './types.ts';

export type StageName = StageProgress['stage'];

const STAGES: readonly StageName[] = [
  'resolve',
  'collect',
  'evaluate',
  'assemble',
  'render',
  'archive',
  'deliver',
];

/** The run's state as people see it. Times come from `clock`, the workflow's deterministic one, ISO 8601 UTC. */
export interface ProgressTracker {
  start(stage: StageName, total?: number): void;
  /** One of the stage's units is done. */
  advance(stage: StageName): void;
  end(stage: StageName, state: 'done' | 'failed' | 'skipped', detail: string): void;
  resolved(input: ResolvedAudit): void;
  finished(result: AuditResult): void;
  /** Marks what was running as failed and the rest as skipped. */
  abort(detail: string): void;
  current(): AuditProgress;
}

/** `changed` is called after every change, with the new state. */
export function createProgress(
  clock: () => string,
  changed: (progress: AuditProgress) => void,
): ProgressTracker {
  let input: ResolvedAudit | null = null;
  let result: AuditResult | null = null;
  const stages = new Map<StageName, StageProgress>(STAGES.map((stage) => [stage, waiting(stage)]));
  const current = (): AuditProgress => ({ input, stages: [...stages.values()], result });
  const set = (stage: StageName, change: Partial<StageProgress>): void => {
    stages.set(stage, { ...(stages.get(stage) ?? waiting(stage)), ...change });
  };
  return {
    start(stage, total = 1) {
      set(stage, { state: 'running', total, done: 0, startedAt: clock() });
      changed(current());
    },
    advance(stage) {
      set(stage, { done: (stages.get(stage)?.done ?? 0) + 1 });
      changed(current());
    },
    end(stage, state, detail) {
      const total = stages.get(stage)?.total ?? 1;
      set(stage, { state, detail, endedAt: clock(), ...(state === 'done' && { done: total }) });
      changed(current());
    },
    resolved(audit) {
      input = audit;
    },
    finished(finalResult) {
      result = finalResult;
      changed(current());
    },
    abort(detail) {
      for (const [stage, { state }] of stages) {
        if (state === 'running') set(stage, { state: 'failed', detail, endedAt: clock() });
        if (state === 'waiting') set(stage, { state: 'skipped' });
      }
      changed(current());
    },
    current,
  };
}

function waiting(stage: StageName): StageProgress {
  return { stage, state: 'waiting', detail: '', done: 0, total: 1, startedAt: null, endedAt: null };
}
