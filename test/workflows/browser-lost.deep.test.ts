import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createActivities } from '../../activities/index.ts';
import { findChromium } from '../../local/chromium.ts';
import { createPdfRenderer } from '../../report/pdf.ts';
import { findReports } from '../../store/reports.ts';
import type { AuditResult } from '../../workflows/types.ts';
import { decodedMail } from '../secrets/haystack.ts';
import { startStage, type Stage } from './stage.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await startStage('browserlost');
}, 120_000);

afterAll(async () => {
  await stage.stop();
});

/** Long enough to be at work on the page, much shorter than two prints of it. */
const AT_WORK_MS = 200;

test.each<[string, NodeJS.Signals, string]>([
  ['killed', 'SIGKILL', '6h'],
  ['frozen', 'SIGSTOP', '5h'],
])(
  'every Chromium %s while it renders: the other formats are archived and mailed, the PDF is named',
  async (_what, signal, last) => {
    const before = stage.smtp.messages.length;
    const struck: number[] = [];
    const chromium = await findChromium(process.env);
    const pdf = createPdfRenderer({
      executablePath: chromium.executablePath,
      environment: { ...chromium.environment },
      noSandbox: process.getuid?.() === 0,
      attemptTimeoutMs: 4_000,
      onLaunch: (pid) => {
        setTimeout(() => {
          // Its whole process group, as puppeteer starts it.
          process.kill(-pid, signal);
          struck.push(pid);
        }, AT_WORK_MS);
      },
    });
    const workflowId = `browser-${signal}-${String(process.pid)}`;
    const result = await stage.withWorker(
      async () =>
        (await stage.client.workflow.execute('productionAudit', {
          taskQueue: stage.taskQueue,
          workflowId,
          args: [{ last, deliver: true }],
        })) as AuditResult,
      createActivities({ ...stage.dependencies, pdf }),
    );
    await pdf.close();

    expect(struck.length).toBeGreaterThanOrEqual(2);
    expect(result.degraded).toEqual([expect.stringMatching(/^pdf: The PDF of .* could not be printed/)]);
    expect(Object.keys(result.urls).sort()).toEqual(['html', 'json', 'md']);
    const { from, to } = result.window;
    const stored = (await findReports(stage.pool, { bot: 'demo', kind: 'production' })).filter(
      ({ window }) => window.from === from && window.to === to,
    );
    expect(stored).toHaveLength(1);
    expect(Object.keys(stored[0]?.files ?? {})).toEqual(expect.arrayContaining(['html', 'md', 'json']));
    expect(Object.keys(stored[0]?.files ?? {})).not.toContain('pdf');
    expect(stage.smtp.messages).toHaveLength(before + 1);
    expect(decodedMail(stage.smtp.messages.at(-1)?.raw ?? '')).toContain('the PDF could not be made');
  },
  120_000,
);
