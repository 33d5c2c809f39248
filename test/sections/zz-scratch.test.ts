import { test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { loadConfig } from '../../config.ts';
import { auditWindow, createBench, fillBench } from '../support/audit.ts';
import { renderMarkdown } from '../../report/markdown.ts';
import { renderHtml } from '../../report/html.ts';

const edition = { revision: 1, reportedAt: '2026-11-20T08:10:00Z', reportHash: 'x' };
test('demo', async () => {
  const bench = await createBench();
  const filled = await fillBench(bench, '2026-11-20T08:10:00Z');
  for (const [i, window] of filled.shifts.entries()) {
    const { report } = await auditWindow(bench, { ...filled, window });
    writeFileSync(`/tmp/h4-demo-${String(i)}.md`, renderMarkdown(report, edition));
    if (i === 2) writeFileSync('/tmp/h4-demo.html', await renderHtml(report, edition));
    if (i === 2) writeFileSync('/tmp/h4-demo.json', JSON.stringify(report, null, 1));
  }
  await bench.close();
}, 120000);
test('real', async () => {
  const bench = await createBench();
  try { execFileSync('psql', [bench.botUrl, '-q', '-f', '/work/shared/real/backup_monitoring_20251009.sql'], { stdio: 'ignore' }); } catch { /* complaints */ }
  const config = await loadConfig('/tmp/h4real.yaml', { AUDIT_DATABASE_URL: bench.storeUrl, REAL_URL: bench.botUrl, SMTP_URL: 'smtp://127.0.0.1:1' });
  const windows = [
    { from: '2025-10-09T08:13:00.000Z', to: '2025-10-09T16:13:00.000Z' },
    { from: '2025-10-08T16:13:00.000Z', to: '2025-10-09T00:13:00.000Z' },
  ];
  for (const [i, window] of windows.entries()) {
    const { report } = await auditWindow(bench, { bot: config.bots[0]!, policy: config.policy, window });
    writeFileSync(`/tmp/h4-real-${String(i)}.md`, renderMarkdown(report, edition));
    if (i === 0) writeFileSync('/tmp/h4-real.json', JSON.stringify(report, null, 1));
  }
  await bench.close();
}, 120000);
