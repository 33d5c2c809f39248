import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createEvaluation, type Evaluation } from '../../activities/evaluation.ts';
import type { EvaluatedSection } from '../../activities/types.ts';
import { registry } from '../../sections/index.ts';
import { createArtifactStore } from '../../store/artifacts.ts';
import { createThreadedEvaluation } from '../../worker-evaluation.ts';
import { auditWindow, createBench, fillBench, type Bench } from '../support/audit.ts';

const NOW = '2026-11-20T08:10:00Z';
const PATIENCE_MS = 300_000;

let bench: Bench;
let evidenceHash: string;
let threads: ReturnType<typeof createThreadedEvaluation>;
beforeAll(async () => {
  bench = await createBench();
  const filled = await fillBench(bench, NOW);
  const window = filled.shifts[2];
  if (!window) throw new Error('the demo has three shifts');
  ({ evidenceHash } = await auditWindow(bench, { ...filled, window }));
  threads = createThreadedEvaluation(bench, 2);
}, PATIENCE_MS);
afterAll(async () => {
  await threads.close();
  await bench.close();
});

const evaluateAll = (evaluation: Evaluation): Promise<readonly EvaluatedSection[]> =>
  Promise.all(registry.sections.map(({ id }) => evaluation.evaluateSection({ evidenceHash, section: id })));

describe('evaluation beside the event loop', () => {
  test(
    'gives what evaluation in this thread gives, to the byte',
    async () => {
      const here = createEvaluation(createArtifactStore(bench.artifactDirectory), registry);
      const sections = await evaluateAll(here);
      expect(await evaluateAll(threads)).toEqual(sections);
      expect(await threads.assembleReport({ evidenceHash, sections })).toEqual(
        await here.assembleReport({ evidenceHash, sections }),
      );
    },
    PATIENCE_MS,
  );

  test(
    'what nobody waits for any more ends at once, and the next is evaluated by a new thread',
    async () => {
      const cancelled = new AbortController();
      const section = registry.sections[0]?.id ?? '';
      const given = threads.evaluateSection({ evidenceHash, section }, cancelled.signal);
      cancelled.abort();
      await expect(given).rejects.toMatchObject({ name: 'AbortError' });
      expect(await threads.evaluateSection({ evidenceHash, section })).toMatchObject({
        section,
        error: null,
      });
    },
    PATIENCE_MS,
  );

  test('an error keeps the name by which it is judged', async () => {
    const lost = { evidenceHash: '0'.repeat(64), section: 'stop-loss' };
    await expect(threads.evaluateSection(lost)).rejects.toMatchObject({
      name: 'ArtifactDamaged',
      message: expect.stringContaining('is missing from the artifact store'),
    });
  });
});
