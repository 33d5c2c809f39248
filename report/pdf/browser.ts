import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer, { type Browser } from 'puppeteer';
import { errorMessage } from '../../audit/error-message.ts';
import { PdfFailed } from './pdf-failed.ts';

export interface BrowserOptions {
  readonly executablePath: string;
  /** Added to the little that the browser's process is given: library and font paths. */
  readonly environment: Readonly<Record<string, string>>;
  /** Only as root, where Chromium refuses its sandbox. */
  readonly noSandbox: boolean;
  /** Stands in the name of its profile, for whoever removes those of processes that were killed. */
  readonly owner?: string;
  /** Told the process id of each browser, for whoever watches over processes. */
  readonly onLaunch?: (pid: number) => void;
}

/** The folder of each browser, removed when it stops. */
const profiles = new WeakMap<Browser, string>();

const LAUNCH_TIMEOUT_MS = 30_000;
/** Backstop below every wall-clock limit of ours: no protocol call may hang for puppeteer's default of three minutes. */
const PROTOCOL_TIMEOUT_MS = 90_000;
const CLOSE_TIMEOUT_MS = 5_000;
const BURIAL_TIMEOUT_MS = 2_000;

/**
 * Nothing that is printed may load anything (reliability S4). Each line alone has a known way around it, so they stand
 * together with the page's own policy, offline mode and no script.
 */
const SEALED = [
  '--host-resolver-rules=MAP * ~NOTFOUND',
  '--proxy-server=http://127.0.0.1:9',
  '--proxy-bypass-list=<-loopback>',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-domain-reliability',
  '--disable-extensions',
  '--disable-sync',
  '--dns-prefetch-disable',
  '--no-first-run',
  '--no-pings',
  '--metrics-recording-only',
  '--disable-features=Translate,MediaRouter,OptimizationHints,AutofillServerCommunication,Prerender2',
];

const SMALL = [
  '--disable-dev-shm-usage',
  '--disable-gpu',
  '--font-render-hinting=none',
  '--force-color-profile=srgb',
  '--lang=en-GB',
];

/** Starts a browser. Signals are the worker's business: a SIGTERM must not take the browser from a running render. */
export async function launchBrowser(options: BrowserOptions): Promise<Browser> {
  let profile: string | undefined;
  try {
    profile = await mkdtemp(join(tmpdir(), `production-audit-browser-${options.owner ?? 'nobody'}-`));
    const browser = await puppeteer.launch({
      executablePath: options.executablePath,
      headless: 'shell',
      // Not our own environment: it may hold secrets.
      env: {
        PATH: '/usr/bin:/bin',
        HOME: homedir(),
        // What it leaves when it is killed is removed with its profile.
        TMPDIR: profile,
        TZ: 'UTC',
        LANG: 'C.UTF-8',
        ...options.environment,
      },
      // Ours, since puppeteer leaves its own behind when the browser is killed.
      userDataDir: profile,
      args: [...SEALED, ...SMALL, ...(options.noSandbox ? ['--no-sandbox'] : [])],
      // Over a pipe the browser ends with us, whatever ends us; over a socket it would outlive a SIGKILL.
      pipe: true,
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
      timeout: LAUNCH_TIMEOUT_MS,
      protocolTimeout: PROTOCOL_TIMEOUT_MS,
    });
    const child = browser.process();
    // A pipe whose browser is killed emits an error that nobody else listens to: it would end the worker.
    for (const stream of child?.stdio ?? []) stream?.on('error', () => undefined);
    const pid = child?.pid;
    if (pid !== undefined) options.onLaunch?.(pid);
    profiles.set(browser, profile);
    return browser;
  } catch (error) {
    await removed(profile);
    throw new PdfFailed(
      `The browser ${options.executablePath} did not start: ${errorMessage(error)}. Run "production-audit doctor" to see what is missing.`,
      { retryable: true, cause: error },
    );
  }
}

/** Closes the browser; one that does not answer is killed with all its processes after five seconds. */
export async function stopBrowser(browser: Browser, patienceMs = CLOSE_TIMEOUT_MS): Promise<void> {
  const child = browser.process();
  const closed = browser.close().then(
    () => true,
    () => false,
  );
  const inTime = await Promise.race([closed, wait(patienceMs).then(() => false)]);
  if (!inTime) await browser.disconnect().catch(() => undefined);
  // Renderers can outlive a browser that was killed from outside: the group goes in any case.
  if (child?.pid !== undefined) {
    killGroup(child.pid);
    if (child.exitCode === null && child.signalCode === null) {
      await Promise.race([new Promise((resolve) => child.once('exit', resolve)), wait(BURIAL_TIMEOUT_MS)]);
    }
  }
  await removed(profiles.get(browser));
}

/** A profile that cannot be removed costs a few kilobytes, never a report. */
async function removed(profile: string | undefined): Promise<void> {
  if (profile === undefined) return;
  await rm(profile, { recursive: true, force: true, maxRetries: 5 }).catch(() => undefined);
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // No such group: everything has ended.
  }
}

function wait(delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, delayMs).unref();
  });
}
