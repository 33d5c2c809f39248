import { expect, test } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createEvaluating } from '../../activities/evaluate.ts';
import { createEvaluation } from '../../activities/evaluation.ts';
import { registry } from '../../sections/index.ts';
import { createArtifactStore } from '../../store/artifacts.ts';
import { createPool } from '../../store/pool.ts';
import { scratchDirectory } from '../support/scratch.ts';

test('a section that is being computed says in its heartbeat which one it is', async () => {
  const pool = createPool('postgres://audit@127.0.0.1:1/audit');
  const evaluation = createEvaluation(createArtifactStore(scratchDirectory('evaluate')), registry);
  const { evaluateSection } = createEvaluating({ evaluation, pool, registry });
  const environment = new MockActivityEnvironment();
  const beats: unknown[] = [];
  environment.on('heartbeat', (details: unknown) => beats.push(details));
  // No such evidence is stored: the heartbeat came before that was known.
  const missing = { evidenceHash: 'a'.repeat(64), section: 'stop-loss' };
  await expect(environment.run(evaluateSection, missing)).rejects.toThrow();
  expect(beats).toEqual([{ section: registry.section('stop-loss').title }]);
  await pool.end();
});
