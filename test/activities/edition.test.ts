import { expect, test } from '@jest/globals';
import { editionOf } from '../../activities/stored-report.ts';

const reference = {
  bot: 'my bot',
  kind: 'production',
  window: { from: '2026-11-20T00:00:00.000Z', to: '2026-11-20T08:00:00.000Z' },
  revision: 2,
  reportedAt: '2026-11-20T08:05:00.000Z',
  reportHash: 'a'.repeat(64),
};

test('an edition knows where its files are only where the configuration says so, and hands on no login', () => {
  expect(editionOf(reference)).not.toHaveProperty('folder');
  const stamp = 'my%20bot/production/20261120T0000Z-20261120T0800Z';
  expect(editionOf(reference, 'https://ann:secret@reports.example.test/audit').folder).toBe(
    `https://reports.example.test/audit/reports/${stamp}`,
  );
});
