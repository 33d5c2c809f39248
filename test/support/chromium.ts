import { findChromium } from '../../local/chromium.ts';

export interface TestBrowser {
  readonly executablePath: string;
  /** The whole environment for the browser's process, as puppeteer's `launch({ env })` takes it. */
  readonly env: Record<string, string | undefined>;
}

let found: Promise<TestBrowser> | undefined;

/** The browser that the product would use on this machine; inflated into the user's cache on first use (about 4 s). */
export function chromiumPath(): Promise<TestBrowser> {
  found ??= findChromium(process.env).then(({ executablePath, environment }) => ({
    executablePath,
    env: { ...process.env, ...environment },
  }));
  return found;
}
