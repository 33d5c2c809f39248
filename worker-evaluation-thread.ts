import { Tinypool } from 'tinypool';
import { createEvaluation, type Evaluation } from './activities/evaluation.ts';
import { registry } from './sections/index.ts';
import { createArtifactStore } from './store/artifacts.ts';
import { outcomeOf, type Outcome } from './worker-thread-outcome.ts';

const { artifactDirectory } = Tinypool.workerData as { readonly artifactDirectory: string };
// Up to four such threads share the file threads of the process with its main thread.
const evaluation = createEvaluation(createArtifactStore(artifactDirectory, { atOnce: 2 }), registry);

type Done<M extends keyof Evaluation> = Promise<Outcome<Awaited<ReturnType<Evaluation[M]>>>>;

export function evaluateSection(
  request: Parameters<Evaluation['evaluateSection']>[0],
): Done<'evaluateSection'> {
  return outcomeOf(() => evaluation.evaluateSection(request));
}

export function assembleReport(request: Parameters<Evaluation['assembleReport']>[0]): Done<'assembleReport'> {
  return outcomeOf(() => evaluation.assembleReport(request));
}
