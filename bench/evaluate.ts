import { MockActivityEnvironment } from '@temporalio/testing';
import { createEvaluating } from '../activities/evaluate.ts';
import { createEvaluation } from '../activities/evaluation.ts';
import type { EvaluatedSection } from '../activities/types.ts';
import type { ArtifactStore } from '../audit/artifact.ts';
import { registry } from '../sections/index.ts';
import { loadEvidence, openBundle } from '../sources/bundle.ts';
import { createArtifactStore } from '../store/artifacts.ts';
import { createPool } from '../store/pool.ts';
import { cpuMs, median, ratio, type Ratio } from './ratio.ts';

const ALONE_BAR = 0.75;
const PARSING_BAR = 20;

/**
 * CPU time of the evaluate and assemble stages of a stored audit. Floors: to parse and validate its bundle once; and the
 * same activities with nothing shared, where each section reads the bundle and computes its facts alone. Interleaved.
 */
export async function benchEvaluate(
  archive: { readonly storeUrl: string; readonly artifactDirectory: string },
  evidenceHash: string,
  rounds: number,
): Promise<readonly Ratio[]> {
  const pool = createPool(archive.storeUrl);
  const artifacts = createArtifactStore(archive.artifactDirectory);
  const fresh = (): Evaluating =>
    createEvaluating({ evaluation: createEvaluation(artifacts, registry), pool, registry });
  const ways = {
    parsing: () => parsed(artifacts, evidenceHash),
    shared: () => {
      const activities = fresh();
      return evaluated(() => activities, evidenceHash);
    },
    alone: () => evaluated(fresh, evidenceHash),
  };
  try {
    const samples: Record<keyof typeof ways, number>[] = [];
    // The first round warms the compiler; it is not counted.
    for (let round = 0; round <= rounds; round += 1) {
      const parsing = await cpuMs(ways.parsing);
      const shared = await cpuMs(ways.shared);
      const alone = await cpuMs(ways.alone);
      if (round > 0) samples.push({ parsing, shared, alone });
    }
    const of = (way: keyof typeof ways): number => median(samples.map((sample) => sample[way]));
    return [
      ratio(
        'evaluate',
        'sections and report, CPU: shared / each alone',
        'ms',
        of('shared'),
        of('alone'),
        ALONE_BAR,
      ),
      ratio(
        'evaluate',
        'sections and report, CPU / bundle parsed once',
        'ms',
        of('shared'),
        of('parsing'),
        PARSING_BAR,
      ),
    ];
  } finally {
    await pool.end();
  }
}

type Evaluating = ReturnType<typeof createEvaluating>;

async function evaluated(activities: () => Evaluating, evidenceHash: string): Promise<void> {
  const environment = new MockActivityEnvironment();
  const sections: EvaluatedSection[] = [];
  for (const { id: section } of registry.sections)
    sections.push(await environment.run(activities().evaluateSection, { evidenceHash, section }));
  const failed = sections.find(({ error }) => error !== null);
  if (failed)
    throw new Error(`a failed section measures nothing: ${failed.section}: ${String(failed.error)}`);
  await environment.run(activities().assembleReport, { evidenceHash, sections });
}

async function parsed(artifacts: ArtifactStore, evidenceHash: string): Promise<void> {
  const open = openBundle(await loadEvidence(artifacts, evidenceHash), 3600);
  for (const query of registry.queries) open.rowsOf(query);
}
