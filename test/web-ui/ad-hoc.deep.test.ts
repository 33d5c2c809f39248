import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client, Connection, WorkflowFailedError } from '@temporalio/client';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import puppeteer, { type Browser } from 'puppeteer';
import { chromiumArguments } from '../../local/chromium.ts';
import { startFormUrl } from '../../local/demo.ts';
import { startStack, type RunningStack } from '../../local/stack.ts';
import { mailLine } from '../../workflows/details.ts';
import type { AuditResult } from '../../workflows/types.ts';
import { chromiumPath } from '../support/chromium.ts';
import { scratchDirectory } from '../support/scratch.ts';
import { inFrames, runPages, shownDetails, startInUi } from './operator.ts';
import { waitFor } from '../../local/process.ts';

const MINUTES = 60_000;
let stack: RunningStack;
let browser: Browser;
let connection: Connection;
let client: Client;

beforeAll(async () => {
  const environment = { ...process.env };
  for (const name of ['TEMPORAL_ADDRESS', 'AUDIT_DATABASE_URL', 'SMTP_URL']) environment[name] = '';
  const { executablePath, env } = await chromiumPath();
  [stack, browser] = await Promise.all([
    startStack({
      environment,
      owner: 'this-process',
      configPath: null,
      now: new Date('2026-11-20T09:00:00Z'),
      stateDirectory: scratchDirectory('web-ui'),
    }),
    puppeteer.launch({ executablePath, env, headless: 'shell', args: [...chromiumArguments()] }),
  ]);
  connection = await Connection.connect({ address: stack.connection.temporalAddress });
  client = new Client({ connection });
}, 3 * MINUTES);

afterAll(async () => {
  await browser.close();
  await connection.close();
  await stack.stop();
}, MINUTES);

function uiUrl(): string {
  const { temporalUiUrl } = stack.connection;
  if (temporalUiUrl === null) throw new Error('the stack has no Web UI');
  return temporalUiUrl;
}

const form = (workflowId: string, input: string) => ({
  workflowId,
  taskQueue: stack.connection.taskQueue,
  workflowType: 'productionAudit',
  input,
});

/** The run that the button started, once the server knows it. */
async function startedRun(workflowId: string): Promise<string> {
  let runId = '';
  await waitFor(async () => {
    try {
      ({ runId } = await client.workflow.getHandle(workflowId).describe());
      return true;
    } catch {
      return false;
    }
  }, 20_000);
  if (runId === '') throw new Error(`the Web UI did not start ${workflowId}`);
  return runId;
}

test.each([
  ['an empty input', 'ui/no-input', '', /not asked for/],
  ['{}', 'ui/empty-object', '{}', /not asked for/],
  ['a window to mail', 'ui/deliver', '{"bot": "demo", "last": "8h", "deliver": true}', /Mail: \d+ sent\./],
])(
  '%s typed into the Web UI ends with the verdict there and a link that opens the PDF',
  async (_name, workflowId, input, mail) => {
    const page = await startInUi(browser, uiUrl(), form(workflowId, input));
    const runId = await startedRun(workflowId);
    const result = (await client.workflow.getHandle(workflowId).result()) as AuditResult;
    expect(result.degraded).toEqual([]);
    expect(`Mail: ${mailLine(result)}`).toMatch(mail);

    const url = runPages(uiUrl(), workflowId, runId).userMetadata;
    const shown = await shownDetails(page, url, mail);
    expect(shown.text).toMatch(new RegExp(`${result.verdict} .*\\(${result.colour}\\)`));

    const link = shown.links.find(({ text }) => text === 'PDF');
    const response = await fetch(link?.href ?? '');
    expect(response.headers.get('content-type')).toBe('application/pdf');
    expect(
      Buffer.from(await response.arrayBuffer())
        .subarray(0, 4)
        .toString('latin1'),
    ).toBe('%PDF');
    await page.close();
  },
  2 * MINUTES,
);

test(
  'a typo in a key fails at once with the field and a right example on the page of the run',
  async () => {
    const workflowId = 'ui/typo';
    const page = await startInUi(browser, uiUrl(), form(workflowId, '{"bto": "demo"}'));
    const runId = await startedRun(workflowId);
    await expect(client.workflow.getHandle(workflowId).result()).rejects.toThrow(WorkflowFailedError);
    await page.goto(runPages(uiUrl(), workflowId, runId).history, { waitUntil: 'domcontentloaded' });
    const named = await waitFor(async () => {
      const { text } = await inFrames(page);
      return text.includes('There is no key') && text.includes('bto') && text.includes('For example');
    }, 20_000);
    expect(named ? '' : (await inFrames(page)).text).toBe('');
    await page.close();
  },
  MINUTES,
);

test(
  'the link to the form is empty, whatever ran before, and starts an audit',
  async () => {
    const page = await browser.newPage();
    await page.goto(startFormUrl(`${uiUrl()}/namespaces/default/workflows`, stack.connection.taskQueue), {
      waitUntil: 'networkidle2',
    });
    await page.waitForSelector('.cm-content', { visible: true });
    const read = async (selector: string): Promise<string> =>
      // As text: this program is compiled without the types of a page.
      (await page.evaluate(`document.querySelector('${selector}').value`)) as string;
    expect([await read('#workflowType'), await read('#taskQueue')]).toEqual([
      'productionAudit',
      stack.connection.taskQueue,
    ]);
    const workflowId = await read('#workflowId');
    expect(workflowId).toMatch(/^by-hand-/);
    expect(await page.evaluate(`document.querySelector('.cm-content').innerText.trim()`)).toBe('');
    await page.click('[data-testid=start-workflow-button]');
    await startedRun(workflowId);
    const result = (await client.workflow.getHandle(workflowId).result()) as AuditResult;
    expect(result).toMatchObject({ bot: 'demo', degraded: [] });
    await page.close();
  },
  2 * MINUTES,
);

test('a run that ends before its audit keeps no search attribute that its form inherited from another run', async () => {
  const verdict = defineSearchAttributeKey('AuditVerdict', SearchAttributeType.KEYWORD);
  const handle = await client.workflow.start('productionAudit', {
    ...{ workflowId: 'ui/inherits', taskQueue: stack.connection.taskQueue, args: [{ bto: 'demo' }] },
    typedSearchAttributes: [{ key: verdict, value: 'PASS' }],
  });
  await expect(handle.result()).rejects.toThrow(WorkflowFailedError);
  expect((await handle.describe()).typedSearchAttributes.get(verdict)).toBeUndefined();
});
