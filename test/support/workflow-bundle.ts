import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleWorkflowCode, type WorkflowBundleOption } from '@temporalio/worker';
import { lock } from '../../local/lock.ts';
import { WORKFLOW_SOURCES } from '../../worker-bundle.ts';
import { quiet } from '../workflows/quiet-runtime.ts';
import { runFolder } from './run-folder.ts';

/** The workflows as a worker bundles them, once a run: each time takes seconds, and the code is the same. */
export async function sharedWorkflows(): Promise<WorkflowBundleOption> {
  const codePath = join(runFolder(), 'workflows.js');
  const held = await lock(`${codePath}.lock`, 240_000);
  try {
    if (!existsSync(codePath)) {
      const { code } = await bundleWorkflowCode({ ...WORKFLOW_SOURCES, logger: quiet });
      writeFileSync(`${codePath}.new`, code);
      renameSync(`${codePath}.new`, codePath);
    }
    return { codePath };
  } finally {
    held.release();
  }
}
