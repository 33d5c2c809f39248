import { availableParallelism } from 'node:os';
import { Tinypool } from 'tinypool';
import { errorMessage } from './audit/error-message.ts';
import type { AssembledReport, Evaluation } from './activities/evaluation.ts';
import type { EvaluatedSection } from './activities/types.ts';
import type { ArtifactLocation } from './store/open-artifacts.ts';
import { thrownAgain, type Outcome } from './worker-thread-outcome.ts';

const THREAD = new URL('worker-evaluation-thread.ts', import.meta.url).href;
/** Evidences that a thread has in memory: sections of the newest go where their bundle is parsed already. */
const REMEMBERED = 2;
/** What the pool says of a task whose thread ended, whoever ended it. */
const ENDED = 'Terminating worker thread';

interface Thread {
  readonly pool: Tinypool;
  /** Newest first. */
  readonly evidences: string[];
  waiting: number;
}

/** One core is left to the event loop; an evidence's sections share one thread, so four serve four audits at once. */
export function evaluationThreads(): number {
  return Math.min(4, Math.max(1, availableParallelism() - 1));
}

/**
 * Evaluates in threads of this process, so that heartbeats, health checks and other audits go on meanwhile. An evidence
 * stays with one thread: its bundle is parsed once. An aborted evaluation takes its thread with it, and the next gets a new one.
 */
export function createThreadedEvaluation(
  { artifactDirectory, objectStore }: ArtifactLocation,
  count = evaluationThreads(),
): Evaluation & { close(): Promise<void> } {
  const threads: Thread[] = Array.from({ length: count }, () => ({
    pool: new Tinypool({
      filename: THREAD,
      minThreads: 1,
      maxThreads: 1,
      isolateWorkers: false,
      workerData: { artifactDirectory, ...(objectStore !== undefined && { objectStore }) },
    }),
    evidences: [],
    waiting: 0,
  }));

  let isClosed = false;

  async function run<T>(
    name: keyof Evaluation,
    request: { readonly evidenceHash: string },
    signal: AbortSignal | undefined,
  ): Promise<T> {
    const thread = threadOf(threads, request.evidenceHash);
    thread.waiting += 1;
    try {
      const outcome = await answerOf<T>(thread.pool, request, { name, signal });
      if ('error' in outcome) throw thrownAgain(outcome.error);
      return outcome.value;
    } finally {
      thread.waiting -= 1;
    }
  }

  /** A thread that is being ended for an aborted task may answer it after all, and be given the next: that is asked again. */
  async function answerOf<T>(
    pool: Tinypool,
    request: { readonly evidenceHash: string },
    { name, signal }: { readonly name: keyof Evaluation; readonly signal: AbortSignal | undefined },
  ): Promise<Outcome<T>> {
    for (;;) {
      try {
        return (await pool.run(request, { name, ...(signal !== undefined && { signal }) })) as Outcome<T>;
      } catch (error) {
        if (isClosed || signal?.aborted === true || errorMessage(error) !== ENDED) throw error;
      }
    }
  }

  return {
    evaluateSection: (request, signal) => run<EvaluatedSection>('evaluateSection', request, signal),
    assembleReport: (request, signal) => run<AssembledReport>('assembleReport', request, signal),
    async close() {
      isClosed = true;
      await Promise.all(threads.map(({ pool }) => pool.destroy()));
    },
  };
}

/** The thread that has the evidence, or the one with the least to do. */
function threadOf(threads: readonly Thread[], evidenceHash: string): Thread {
  const holds = threads.find(({ evidences }) => evidences.includes(evidenceHash));
  const thread = holds ?? threads.reduce((least, next) => (next.waiting < least.waiting ? next : least));
  const others = thread.evidences.filter((hash) => hash !== evidenceHash);
  thread.evidences.splice(0, Infinity, evidenceHash, ...others.slice(0, REMEMBERED - 1));
  return thread;
}
