import { expect, test } from '@jest/globals';
import * as workflows from '../../workflows/index.ts';
import { workflowBundle } from '../../worker-bundle.ts';

test('the worker registers exactly the documented workflow types', () => {
  expect(Object.keys(workflows).sort()).toEqual([
    'alertWatch',
    'alerts',
    'botPurge',
    'dailyMaintenance',
    'monitorWindow',
    'monthlyAudit',
    'nightlyAudit',
    'periodAudit',
    'productionAudit',
    'redelivery',
    'reportWatchdog',
    'retentionPurge',
  ]);
});

test('the bundle holds orchestration only: no validation library, no driver, no Node module', async () => {
  const quiet = () => undefined;
  const logger = { log: quiet, trace: quiet, debug: quiet, info: quiet, warn: quiet, error: quiet };
  const bundle = await workflowBundle(false, logger);
  const code = 'code' in bundle ? bundle.code : '';
  expect(code).toContain('productionAudit');
  for (const foreign of [
    'node_modules/zod/',
    'node_modules/pg/',
    'node_modules/decimal.js/',
    './sections/',
    './activities/',
    './store/',
  ]) {
    expect([foreign, code.includes(foreign)]).toEqual([foreign, false]);
  }
  expect(Buffer.byteLength(code)).toBeLessThan(2_500_000);
});

test('in production a missing bundle is an error, not a silent build', async () => {
  const built = await import('node:fs/promises').then(({ stat }) =>
    stat('dist/workflow-bundle.js').then(
      () => true,
      () => false,
    ),
  );
  if (built) expect(await workflowBundle(true)).toHaveProperty('codePath');
  else
    await expect(workflowBundle(true)).rejects.toThrow(
      'dist/workflow-bundle.js is missing. Build it with "node worker-bundle.ts"',
    );
});
