import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { findChromium, type FoundChromium } from '../../local/chromium.ts';
import { ofProcess, waitFor } from '../../local/process.ts';
import { createPdfRenderer } from '../../report/pdf.ts';
import { scratchDirectory } from '../support/scratch.ts';
import { edition, sample } from './sample-report.ts';

let chromium: FoundChromium;

beforeAll(async () => {
  chromium = await findChromium(process.env);
});

/** The renderers in a browser's process group. */
function renderersOf(browser: number): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => groupOf(pid) === browser && ofProcess(pid, 'cmdline').includes('--type=renderer'));
}

function groupOf(pid: number): number | null {
  try {
    return Number(
      readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ')[2],
    );
  } catch {
    return null;
  }
}

/** A frozen one is the same to us: both are waited for. AUDIT_TRIALS=1 tries it too. */
const FATES: readonly [string, NodeJS.Signals][] = [
  ['killed', 'SIGKILL'],
  ['frozen', 'SIGSTOP'],
];

test.each(process.env['AUDIT_TRIALS'] === '1' ? FATES : FATES.slice(0, 1))(
  'a renderer that is %s under a browser that lives costs that browser, and another prints the report',
  async (_what, signal) => {
    const browsers: number[] = [];
    const struck: number[] = [];
    const strikes: Promise<boolean>[] = [];
    const renderer = createPdfRenderer({
      executablePath: chromium.executablePath,
      environment: { ...chromium.environment },
      noSandbox: process.getuid?.() === 0,
      // Only a frozen one is waited for; a print takes a second.
      attemptTimeoutMs: 12_000,
      onLaunch: (pid) => {
        browsers.push(pid);
        // Each that it starts, the one of its first empty page as well, until another browser takes its place.
        if (browsers.length > 1) return;
        strikes.push(
          waitFor(() => {
            for (const found of renderersOf(pid)) {
              if (struck.includes(found)) continue;
              process.kill(found, signal);
              struck.push(found);
            }
            return browsers.length > 1;
          }, 60_000),
        );
      },
    });
    try {
      const { pages } = await renderer.render(sample, edition);
      expect(pages).toBeGreaterThan(1);
    } finally {
      await renderer.close();
    }
    expect(await Promise.all(strikes)).toEqual([true]);
    expect(browsers).toHaveLength(2);
    expect(await waitFor(() => struck.every((pid) => ofProcess(pid, 'cmdline') === ''), 5_000)).toBe(true);
  },
  120_000,
);

test('a browser that gets no memory is named, and nothing of it is left', async () => {
  const starved = join(scratchDirectory('starved'), 'chromium');
  writeFileSync(starved, `#!/bin/sh\nulimit -v 200000\nexec ${chromium.executablePath} "$@"\n`);
  chmodSync(starved, 0o755);
  const renderer = createPdfRenderer({
    executablePath: starved,
    environment: { ...chromium.environment },
    noSandbox: process.getuid?.() === 0,
    attemptTimeoutMs: 20_000,
  });
  await expect(renderer.render(sample, edition)).rejects.toMatchObject({
    name: 'PdfFailed',
    message: expect.stringMatching(/did not start|could not be printed/),
  });
  await renderer.close();
  expect(readdirSync('/proc').filter((pid) => ofProcess(Number(pid), 'cmdline').includes(starved))).toEqual(
    [],
  );
}, 120_000);
