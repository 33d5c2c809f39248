import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleWorkflowCode, type Logger, type WorkflowBundleOption } from '@temporalio/worker';

const ROOT = import.meta.dirname;
const WORKFLOWS = join(ROOT, 'workflows', 'index.ts');
/** What the workflows are bundled of, here and for production. */
export const WORKFLOW_SOURCES = {
  workflowsPath: WORKFLOWS,
  payloadConverterPath: join(ROOT, 'workflows', 'payload-converter.ts'),
};
const BUNDLE = join(ROOT, 'dist', 'workflow-bundle.js');

/**
 * The workflows' code for a worker: the prebuilt bundle in production, which must be there, else bundled now. A worker
 * that silently bundles what lies around would run code that nobody released.
 */
export async function workflowBundle(production: boolean, logger?: Logger): Promise<WorkflowBundleOption> {
  if (!production)
    return bundleWorkflowCode({ ...WORKFLOW_SOURCES, ...(logger !== undefined && { logger }) });
  const exists = await stat(BUNDLE).then(
    (found) => found.isFile(),
    () => false,
  );
  if (exists) return { codePath: BUNDLE };
  throw new Error(
    'NODE_ENV is production and dist/workflow-bundle.js is missing. Build it with "node worker-bundle.ts" and start the worker again.',
  );
}

/** Writes dist/workflow-bundle.js and returns its size in bytes. */
export async function buildWorkflowBundle(): Promise<number> {
  const { code } = await bundleWorkflowCode(WORKFLOW_SOURCES);
  await mkdir(join(ROOT, 'dist'), { recursive: true });
  await writeFile(BUNDLE, code);
  return Buffer.byteLength(code);
}

if (import.meta.main) {
  const bytes = await buildWorkflowBundle();
  process.stdout.write(`dist/workflow-bundle.js ${String(bytes)} bytes\n`);
}
