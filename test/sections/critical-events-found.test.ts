import { expect, test } from '@jest/globals';
import type { Part } from '../../audit/block.ts';
import { criticalEvents } from '../../sections/critical-events.ts';
import { stopLoss } from '../../sections/stop-loss.ts';
import { at, evaluate } from './support.ts';
import { position, stop } from './trading-rows.ts';

const OWN: readonly Part[] = ['Statistics', 'Timeline'].map((title) => ({ title, blocks: [] }));

test('critical findings of the audit stand in time before the bot’s own events', () => {
  const cancelled = { status: 'cancelled', cancelled_at: at('07:50') };
  const { findings } = evaluate(stopLoss, {
    rows: { positions: [position('a')], orders: [stop('a', 's', at('01:00'), cancelled)] },
  });
  const [critical] = findings;
  if (critical?.severity !== 'CRITICAL') throw new Error('nothing critical to tell');
  const earlier = { ...critical, id: 'earlier', firstSeen: at('00:30'), lastSeen: at('00:30') };
  const low = { ...critical, id: 'low', severity: 'LOW' as const };
  const parts = criticalEvents.beside?.(OWN, [critical, low, earlier]) ?? [];
  expect(parts.map(({ title }) => title)).toEqual(['Statistics', 'Found by this audit', 'Timeline']);
  expect(parts[1]?.blocks).toMatchObject([
    {
      type: 'list',
      items: [
        { lead: ['2026-11-20 00:30:00'], finding: 'earlier' },
        { lead: ['2026-11-20 07:50:00, for 10 min'], finding: critical.id },
      ],
    },
  ]);
});

test('without one the section stays as it is', () => {
  expect(criticalEvents.beside?.(OWN, [])).toBe(OWN);
});
