import { Tinypool } from 'tinypool';
import { createEvaluation, type Evaluation } from './activities/evaluation.ts';
import { registry } from './sections/index.ts';
import { openArtifacts, type ArtifactLocation } from './store/open-artifacts.ts';
import { outcomeOf, type Outcome } from './worker-thread-outcome.ts';

// Up to four such threads share the file threads of the process with its main thread.
const evaluation = createEvaluation(
  openArtifacts(Tinypool.workerData as ArtifactLocation, { atOnce: 2 }),
  registry,
);

type Done<M extends keyof Evaluation> = Promise<Outcome<Awaited<ReturnType<Evaluation[M]>>>>;

export function evaluateSection(
  request: Parameters<Evaluation['evaluateSection']>[0],
): Done<'evaluateSection'> {
  return outcomeOf(() => evaluation.evaluateSection(request));
}

export function assembleReport(request: Parameters<Evaluation['assembleReport']>[0]): Done<'assembleReport'> {
  return outcomeOf(() => evaluation.assembleReport(request));
}
