import { join } from 'node:path';
import { bundleWorkflowCode, NativeConnection, Worker } from '@temporalio/worker';
import { createEvaluation } from '../../../activities/evaluation.ts';
import { createActivities } from '../../../activities/index.ts';
import type { SnapshotRequest } from '../../../activities/upkeep-types.ts';
import { createScrubber } from '../../../audit/scrub.ts';
import { loadConfig } from '../../../config.ts';
import { createPdfRenderer } from '../../../report/pdf.ts';
import { registry } from '../../../sections/index.ts';
import { createArtifactStore } from '../../../store/artifacts.ts';
import { createPool } from '../../../store/pool.ts';
import { quiet } from '../../workflows/quiet-runtime.ts';

/** A worker of the real monitor and its real activities, whose minutes are some seconds. It ends when it is killed. */
const config = await loadConfig(process.env['AUDIT_CONFIG'] ?? '', process.env);
const artifacts = createArtifactStore(config.artifactDirectory);
const activities = createActivities({
  config,
  registry,
  pool: createPool(config.storeUrl, { max: 4 }),
  artifacts,
  evaluation: createEvaluation(artifacts, registry),
  pdf: createPdfRenderer({ executablePath: '/none', environment: {}, noSandbox: true }),
  searchAttributes: true,
  scrub: createScrubber(config.secrets),
  log: () => undefined,
});
const worker = await Worker.create({
  connection: await NativeConnection.connect({ address: config.temporal.address }),
  taskQueue: config.temporal.taskQueue,
  workflowBundle: await bundleWorkflowCode({
    workflowsPath: join(import.meta.dirname, 'fast-monitor.ts'),
    workflowInterceptorModules: [join(import.meta.dirname, 'fast-time.ts')],
    logger: quiet,
  }),
  // Of the workflow's minutes, not of this process's.
  activities: {
    ...activities,
    takeSnapshot: (request: SnapshotRequest) => activities.takeSnapshot({ ...request, earlyMs: 0 }),
  },
  // A context of its own is one whose clock can be replaced.
  reuseV8Context: false,
});
process.stdout.write('ready\n');
await worker.run();
