import { test, expect } from '@jest/globals';
import { launch } from 'puppeteer';
import { chromiumArguments, findChromium } from '../../local/chromium.ts';
import { chromiumPath } from '../support/chromium.ts';

test('the browser that is found prints a PDF', async () => {
  const { executablePath, env } = await chromiumPath();
  const browser = await launch({ executablePath, env, args: [...chromiumArguments()] });
  const page = await browser.newPage();
  await page.setContent('<h1>Audit</h1>');
  const pdf = await page.pdf();
  await browser.close();
  expect(Buffer.from(pdf.subarray(0, 5)).toString()).toBe('%PDF-');
});

test('a browser that the environment names and that does not start is an error, not passed over', async () => {
  await expect(findChromium({ PUPPETEER_EXECUTABLE_PATH: '/nonexistent/chrome' })).rejects.toThrow(
    '/nonexistent/chrome does not start',
  );
});
