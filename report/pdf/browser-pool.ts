import type { Browser } from 'puppeteer';
import { launchBrowser, stopBrowser, type BrowserOptions } from './browser.ts';

/** Chromium keeps a little of every page; a fresh browser now and then bounds its memory. */
const RENDERS_PER_BROWSER = 40;
/** More pages at once are not faster on two cores, and each takes about 200 MB. */
const SLOTS = 2;
/** A browser without work gives its memory back; the next report starts one in half a second. */
const IDLE_MS = 60_000;

export interface BrowserPoolOptions extends BrowserOptions {
  readonly rendersPerBrowser?: number;
  readonly idleMs?: number;
}

export interface BrowserPool {
  /** Runs `work` with the browser when a slot is free. */
  use<T>(work: (browser: Browser) => Promise<T>): Promise<T>;
  /** Kills a browser that failed; the next use starts another. */
  discard(browser: Browser): Promise<void>;
  close(): Promise<void>;
}

interface Served {
  readonly browser: Promise<Browser>;
  renders: number;
  users: number;
}

/** One browser for all, with a bound on the pages at once; it is replaced after some reports and stopped when idle. */
export function createBrowserPool(options: BrowserPoolOptions): BrowserPool {
  const { rendersPerBrowser = RENDERS_PER_BROWSER, idleMs = IDLE_MS } = options;
  let current: Served | null = null;
  let idle: NodeJS.Timeout | undefined;
  let busy = 0;
  const waiting: (() => void)[] = [];
  const stopping = new Set<Promise<void>>();
  const killed = new WeakSet<Browser>();

  function stop({ browser }: Served): void {
    const stopped = browser.then(
      (started) => (killed.has(started) ? undefined : stopBrowser(started)),
      () => undefined,
    );
    stopping.add(stopped);
    void stopped.finally(() => stopping.delete(stopped));
  }

  /** Its last user ends it, when it has any. */
  function retire(served: Served): void {
    if (current === served) current = null;
    if (served.users === 0) stop(served);
  }

  function take(): Served {
    clearTimeout(idle);
    if (current !== null && current.renders >= rendersPerBrowser) retire(current);
    if (current === null) {
      const served = { browser: launchBrowser(options), renders: 0, users: 0 };
      served.browser.catch(() => {
        if (current === served) current = null;
      });
      current = served;
    }
    current.renders += 1;
    current.users += 1;
    return current;
  }

  function giveBack(served: Served): void {
    served.users -= 1;
    if (served.users > 0) return;
    if (current === served) idle = setTimeout(retire, idleMs, served).unref();
    else stop(served);
  }

  return {
    async use(work) {
      if (busy >= SLOTS) await new Promise<void>((resolve) => waiting.push(resolve));
      else busy += 1;
      const served = take();
      try {
        return await work(await served.browser);
      } finally {
        giveBack(served);
        const next = waiting.shift();
        if (next) next();
        else busy -= 1;
      }
    },
    async discard(failed) {
      if (current !== null && (await current.browser.catch(() => null)) === failed) current = null;
      killed.add(failed);
      await stopBrowser(failed, 0);
    },
    async close() {
      clearTimeout(idle);
      if (current !== null) stop(current);
      current = null;
      await Promise.all(stopping);
    },
  };
}
