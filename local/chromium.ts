import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { errorMessage } from '../audit/error-message.ts';
import { packagedChromium } from './chromium-package.ts';
import type { OnGrowth } from './folder-size.ts';
import { isRoot } from './paths.ts';
import type { Environment } from './paths.ts';
import { findOnPath } from './temporal-binary.ts';

export interface FoundChromium {
  readonly executablePath: string;
  /** Added to the browser's environment: its own libraries and fonts when it came from npm. */
  readonly environment: Record<string, string>;
  /** "153.0.8016.0" as the browser says it. */
  readonly version: string;
  readonly origin: string;
}

const PROGRAMS = [
  'chromium-headless-shell',
  'chrome-headless-shell',
  'chromium',
  'google-chrome',
  'google-chrome-stable',
];

/**
 * A browser for the PDF: the one the environment names, one in puppeteer's cache, one on the PATH, or npm's.
 * Each is started once for its version; one that does not start is passed over, except the one that was named.
 * @throws with what was tried and the remedy
 */
export async function findChromium(environment: Environment, onGrowth?: OnGrowth): Promise<FoundChromium> {
  const found = await firstThatStarts(environment, onGrowth);
  // The stack's mark goes along, so that a browser whose worker was killed is found and ended.
  const mark = environment['AUDIT_STACK'];
  return mark === undefined ? found : { ...found, environment: { ...found.environment, AUDIT_STACK: mark } };
}

async function firstThatStarts(
  environment: Environment,
  onGrowth: OnGrowth | undefined,
): Promise<FoundChromium> {
  const named = environment['PUPPETEER_EXECUTABLE_PATH'];
  if (named) {
    const { AUDIT_CHROMIUM_LIBRARY_PATH: libraries, FONTCONFIG_FILE: fonts } = environment;
    const own = {
      ...(libraries && { LD_LIBRARY_PATH: libraries }),
      ...(fonts && { FONTCONFIG_FILE: fonts }),
    };
    return { ...(await tryBrowser(named, own)), origin: 'PUPPETEER_EXECUTABLE_PATH' };
  }
  const failures: string[] = [];
  for (const { path, origin } of installedBrowsers(environment)) {
    try {
      return { ...(await tryBrowser(path, {})), origin };
    } catch (error) {
      failures.push(errorMessage(error));
    }
  }
  if (process.platform === 'linux' && process.arch === 'x64') {
    const packaged = await packagedChromium(environment, onGrowth);
    const browser = await tryBrowser(packaged.executablePath, packaged.environment);
    return { ...browser, origin: `npm @sparticuz/chromium ${packaged.version}` };
  }
  throw new Error(
    `No browser for the PDF. ${failures.join(' ')} Run \`npx puppeteer browsers install chrome-headless-shell\`, ` +
      'or set PUPPETEER_EXECUTABLE_PATH.',
  );
}

/** Arguments that every start of the browser needs here; as root it has no sandbox. */
export function chromiumArguments(): readonly string[] {
  return [...(isRoot() ? ['--no-sandbox'] : []), '--disable-dev-shm-usage', '--disable-gpu'];
}

async function tryBrowser(
  executablePath: string,
  own: Readonly<Record<string, string>>,
): Promise<Omit<FoundChromium, 'origin'>> {
  try {
    const { stdout } = await promisify(execFile)(executablePath, ['--version', ...chromiumArguments()], {
      env: { PATH: '/usr/bin:/bin', HOME: homedir(), ...own },
      timeout: 20_000,
    });
    const version = /\d+(\.\d+)+/.exec(stdout)?.[0] ?? 'unknown';
    return { executablePath, environment: { ...own }, version };
  } catch (error) {
    const reason = errorMessage(error);
    throw new Error(`${executablePath} does not start: ${reason.split('\n').slice(0, 2).join(' ')}.`, {
      cause: error,
    });
  }
}

function installedBrowsers(environment: Environment): readonly { path: string; origin: string }[] {
  const cache = environment['PUPPETEER_CACHE_DIR'] ?? join(homedir(), '.cache', 'puppeteer');
  const cached = ['chrome-headless-shell', 'chrome'].flatMap((browser) => {
    const folder = join(cache, browser);
    if (!existsSync(folder)) return [];
    return readdirSync(folder)
      .sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))
      .flatMap((version) =>
        readdirSync(join(folder, version)).map((inner) => join(folder, version, inner, browser)),
      )
      .filter((path) => existsSync(path));
  });
  const onPath = PROGRAMS.flatMap((program) => findOnPath(program, environment) ?? []);
  return [
    ...cached.map((path) => ({ path, origin: 'puppeteer cache' })),
    ...onPath.map((path) => ({ path, origin: `on the PATH (${path})` })),
  ];
}
