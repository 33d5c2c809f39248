import type { Browser, HTTPRequest, Page } from 'puppeteer';
import { waitFor } from '../../local/process.ts';

export interface StartForm {
  readonly workflowId: string;
  readonly taskQueue: string;
  readonly workflowType: string;
  /** What is typed into the editor; empty text leaves it alone, which sends no argument at all. */
  readonly input: string;
}

const WIDTH = 1_200;
const STEP_MS = 20_000;
const LOADS = 2;
const FORMS = 4;

/**
 * Starts a workflow as an operator does: types into the form of the Web UI and presses its button. On a busy machine the
 * UI may drop what was typed while it was still loading; what it is about to send is looked at, and a form that lost
 * something is filled in again.
 */
export async function startInUi(browser: Browser, uiUrl: string, form: StartForm): Promise<Page> {
  for (let attempt = 1; attempt <= FORMS; attempt += 1) {
    const page = await browser.newPage();
    await page.setViewport({ width: WIDTH, height: 900 });
    await page.goto(`${uiUrl}/namespaces/default/workflows/start-workflow`, { waitUntil: 'networkidle2' });
    await typeInto(page, '#workflowId', form.workflowId);
    await typeInto(page, '#taskQueue', form.taskQueue);
    await typeInto(page, '#workflowType', form.workflowType);
    if (form.input !== '') {
      await page.waitForSelector('.cm-content', { timeout: STEP_MS });
      await page.click('.cm-content');
      await page.keyboard.type(form.input);
    }
    // The editor hands its text over on blur; a click on the button straight from it is lost.
    await page.click('h1');
    await new Promise((resolve) => setTimeout(resolve, 500));
    if (await sends(page, form)) return page;
    await page.close();
  }
  throw new Error(`The Web UI lost the input of ${form.workflowId} in ${String(FORMS)} forms.`);
}

/** Presses the button, and lets the request go only when it holds what was typed. */
async function sends(page: Page, { input }: StartForm): Promise<boolean> {
  let judge: (isWhole: boolean) => void = () => undefined;
  const judged = new Promise<boolean>((resolve) => (judge = resolve));
  const decide = async (request: HTTPRequest): Promise<void> => {
    const isStart = request.method() === 'POST' && request.url().includes('/workflows/');
    const isWhole = !isStart || inputOf((await request.fetchPostData()) ?? '{}') === compact(input);
    await (isWhole ? request.continue() : request.abort());
    if (isStart) judge(isWhole);
  };
  const look = (request: HTTPRequest): void => void decide(request);
  page.on('request', look);
  await page.setRequestInterception(true);
  await page.click('[data-testid=start-workflow-button]');
  const late = setTimeout(judge, STEP_MS, false);
  const isWhole = await judged;
  clearTimeout(late);
  await page.setRequestInterception(false);
  page.off('request', look);
  return isWhole;
}

/** The first argument of a start request as text; empty when there is none. */
function inputOf(body: string): string {
  const { input } = JSON.parse(body) as { input?: { payloads?: readonly { data: string }[] } | null };
  const data = input?.payloads?.[0]?.data;
  return data === undefined ? '' : compact(Buffer.from(data, 'base64').toString('utf8'));
}

/** The UI may format what it sends. */
function compact(json: string): string {
  return json.trim() === '' ? '' : JSON.stringify(JSON.parse(json));
}

async function typeInto(page: Page, selector: string, text: string): Promise<void> {
  await page.waitForSelector(selector, { visible: true, timeout: STEP_MS });
  await page.click(selector);
  await page.type(selector, text);
}

export interface RunPages {
  readonly history: string;
  readonly userMetadata: string;
  readonly timeline: string;
}

export function runPages(uiUrl: string, workflowId: string, runId: string): RunPages {
  const run = `${uiUrl}/namespaces/default/workflows/${encodeURIComponent(workflowId)}/${runId}`;
  return { history: `${run}/history`, userMetadata: `${run}/user-metadata`, timeline: `${run}/timeline` };
}

export interface ShownDetails {
  readonly text: string;
  readonly links: readonly { readonly text: string; readonly href: string }[];
}

/**
 * What the run's tab User Metadata shows: the UI renders the Markdown in frames of their own, and asks the run once a
 * load, so an operator who reads an old state loads the page again.
 */
export async function shownDetails(page: Page, url: string, expected: RegExp): Promise<ShownDetails> {
  let shown: ShownDetails = { text: '', links: [] };
  let appeared = false;
  for (let load = 0; load < LOADS && !appeared; load += 1) {
    await page.goto(url, { waitUntil: 'domcontentloaded' });
    appeared = await waitFor(async () => {
      shown = await inFrames(page);
      return expected.test(shown.text);
    }, STEP_MS / LOADS);
  }
  if (!appeared) throw new Error(`The page never showed ${String(expected)}, but: ${shown.text}`);
  return shown;
}

const SHOWN = `({
  text: document.body.innerText,
  links: [...document.querySelectorAll('a[href]')].map((a) => ({ text: a.innerText.trim(), href: a.href })),
})`;

/** The text of the page and its frames; a frame that goes away meanwhile is left out. */
export async function inFrames(page: Page): Promise<ShownDetails> {
  const parts = await Promise.all(
    page.frames().map(async (frame): Promise<ShownDetails> => {
      try {
        // As text: this program is compiled without the types of a page.
        return (await frame.evaluate(SHOWN)) as ShownDetails;
      } catch {
        return { text: '', links: [] };
      }
    }),
  );
  return {
    text: parts.map(({ text }) => text).join('\n'),
    links: parts.flatMap(({ links }) => links),
  };
}
