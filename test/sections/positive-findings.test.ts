import { expect, test } from '@jest/globals';
import type { EvaluatedAudit } from '../../audit/registry.ts';
import { plainText } from '../../audit/plain-text.ts';
import { registry } from '../../sections/index.ts';
import { positiveFindings } from '../../sections/positive-findings.ts';
import { at, evaluate, WINDOW, type Evidence } from './support.ts';
import { position, stop } from './trading-rows.ts';

/** Names of the checks that are praised. */
function praised(rows: Evidence['rows']): readonly string[] {
  const checks = registry.sections.flatMap((section) => evaluate(section, { rows: rows ?? {} }).checks);
  const audit = { checks, findings: [], evidence: { history: [], window: WINDOW } };
  const [part] = positiveFindings.parts(audit as unknown as EvaluatedAudit);
  return (part?.blocks ?? []).flatMap((block) =>
    block.type === 'list' ? block.items.map(({ lead }) => plainText(lead, new Map())) : [],
  );
}

test('nothing that was not there to look at is praised: no alert, no stop that fired, no position', () => {
  const names = praised({});
  for (const silent of [
    'Critical alerts',
    'Protection of positions',
    'Stop coverage',
    'Stop slippage',
    'Age of positions',
  ])
    expect(names).not.toContain(silent);
});

test('a position that had its stop all the time is, and the silence of alerts still is not', () => {
  const names = praised({
    positions: [position('a', { opened_at: at('01:00') })],
    orders: [stop('a', 's1', at('01:00'))],
  });
  expect(names).not.toContain('Critical alerts');
});
