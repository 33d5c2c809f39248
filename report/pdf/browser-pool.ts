import type { Browser } from 'puppeteer';
import { launchBrowser, stopBrowser, type BrowserOptions } from './browser.ts';

/** Chromium keeps a little of every page; a fresh browser now and then bounds its memory. */
const RENDERS_PER_BROWSER = 40;
/** More pages at once are not faster on two cores, and each takes about 200 MB. */
const SLOTS = 2;

export interface BrowserPool {
  /** Runs `work` with the browser when a slot is free. */
  use<T>(work: (browser: Browser) => Promise<T>): Promise<T>;
  /** Kills a browser that failed; the next use starts another. */
  discard(browser: Browser): Promise<void>;
  close(): Promise<void>;
}

export function createBrowserPool(options: BrowserOptions): BrowserPool {
  let current: Promise<Browser> | null = null;
  let renders = 0;
  let busy = 0;
  const waiting: (() => void)[] = [];

  async function browser(): Promise<Browser> {
    if (renders >= RENDERS_PER_BROWSER && busy === 1 && current) {
      const old = await current;
      current = null;
      await stopBrowser(old);
    }
    if (current === null) {
      renders = 0;
      current = launchBrowser(options);
      current.catch(() => {
        current = null;
      });
    }
    renders += 1;
    return current;
  }

  return {
    async use(work) {
      if (busy >= SLOTS) await new Promise<void>((resolve) => waiting.push(resolve));
      else busy += 1;
      try {
        return await work(await browser());
      } finally {
        const next = waiting.shift();
        if (next) next();
        else busy -= 1;
      }
    },
    async discard(failed) {
      if (current !== null && (await current.catch(() => null)) === failed) current = null;
      await stopBrowser(failed, 0);
    },
    async close() {
      const last = await current?.catch(() => null);
      current = null;
      if (last) await stopBrowser(last);
    },
  };
}
