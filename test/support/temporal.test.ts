import { test, expect } from '@jest/globals';
import { temporalEnvironment, timeSkippingEnvironment } from './temporal.ts';

test('the shared server answers and knows the search attributes of audits', async () => {
  const environment = await temporalEnvironment();
  const { customAttributes } = await environment.connection.operatorService.listSearchAttributes({
    namespace: 'default',
  });
  expect(Object.keys(customAttributes)).toEqual(
    expect.arrayContaining(['AuditBot', 'AuditKind', 'AuditPeriod', 'AuditVerdict']),
  );
  await environment.teardown();
});

test('the time-skipping server sleeps an hour in a moment', async () => {
  const environment = await timeSkippingEnvironment();
  const before = Date.now();
  await environment.sleep('1h');
  expect(Date.now() - before).toBeLessThan(30_000);
  expect(await environment.currentTimeMs()).toBeGreaterThan(before + 3_500_000);
  await environment.teardown();
});
