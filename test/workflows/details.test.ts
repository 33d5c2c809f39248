import { expect, test } from '@jest/globals';
import { plain, renderDetails } from '../../workflows/details.ts';
import { createProgress } from '../../workflows/progress.ts';
import type { AuditResult } from '../../workflows/types.ts';

const result: AuditResult = {
  bot: 'demo',
  kind: 'production',
  window: { from: '2026-11-20T00:00:00.000Z', to: '2026-11-20T08:00:00.000Z' },
  verdict: 'FAIL',
  colour: 'RED',
  overall: 4.4,
  scores: { stability: 8.6, performance: null },
  coverage: 97.4,
  topFindings: [
    {
      severity: 'CRITICAL',
      rule: 'SL-01',
      title: '2 positions without a stop <b>*now*</b>',
      recurrence: 'new',
    },
  ],
  findings: 3,
  revision: 1,
  reportHash: 'ab'.repeat(32),
  evidenceHash: 'cd'.repeat(32),
  urls: { html: 'http://127.0.0.1:8787/report.html', pdf: 'http://127.0.0.1:8787/report.pdf' },
  degraded: ['pdf: browser crashed twice'],
  mails: { sent: 1, failed: 0, skipped: null },
};

function trackedAt(times: readonly string[]): {
  readonly shown: string[];
  readonly progress: ReturnType<typeof createProgress>;
} {
  const shown: string[] = [];
  let index = 0;
  const progress = createProgress(
    () => times[Math.min(index++, times.length - 1)] ?? '',
    (state) => shown.push(renderDetails(state)),
  );
  return { shown, progress };
}

test('stages show ticks, counts and times as they pass', () => {
  const { shown, progress } = trackedAt([
    '2026-11-20T08:05:00.000Z',
    '2026-11-20T08:05:00.400Z',
    '2026-11-20T08:05:01.000Z',
  ]);
  progress.start('collect');
  progress.end('collect', 'done', '31 queries, 61,204 rows');
  progress.start('evaluate', 15);
  progress.advance('evaluate');
  expect(shown.at(-1)).toContain('- ✔ collect: 31 queries, 61,204 rows (08:05:00 UTC, 0.4 s)');
  expect(shown.at(-1)).toContain('- ▶ evaluate 1 of 15 (08:05:01 UTC)');
  expect(shown.at(-1)).toContain('- ○ deliver');
});

test('a failure marks what was running and what never came', () => {
  const { progress } = trackedAt(['2026-11-20T08:05:00.000Z']);
  progress.start('collect');
  progress.abort('cancelled');
  expect(progress.current().stages.map(({ state }) => state)).toEqual([
    'skipped',
    'failed',
    'skipped',
    'skipped',
    'skipped',
    'skipped',
    'skipped',
  ]);
});

test('the result comes first, with links, and data cannot write markup', () => {
  const details = renderDetails({ input: null, stages: [], result });
  expect(
    details.startsWith('## FAIL 4.4 (RED)\n\nReport: [PDF](http://127.0.0.1:8787/report.pdf) · [HTML]('),
  ).toBe(true);
  expect(details).toContain('2 positions without a stop \\<b\\>\\*now\\*\\</b\\> (new)');
  expect(details).toContain('scores: stability 8.6, performance not known');
  expect(details).toContain('- pdf: browser crashed twice');
  expect(details).toContain('- and 2 more in the report');
});

test('the text stays short enough for the Web UI whatever the findings say', () => {
  const long = { ...result, degraded: Array.from({ length: 200 }, () => '漢'.repeat(300)) };
  const details = renderDetails({ input: null, stages: [], result: long });
  expect(Buffer.byteLength(details)).toBeLessThan(4_000);
  expect(details.endsWith('(shortened)')).toBe(true);
});

test('what an operator copies from a sentence is code, whose quotes stay straight', () => {
  const told = 'There is no bot `x_y`. Write {"bot": "demo", "last": "8h"}. The *only* bot is demo.';
  expect(plain(told, 200)).toBe(
    'There is no bot \\`x\\_y\\`. Write `{"bot": "demo", "last": "8h"}`. The \\*only\\* bot is demo.',
  );
});
