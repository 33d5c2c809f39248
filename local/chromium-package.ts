import { execFile } from 'node:child_process';
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createBrotliDecompress } from 'node:zlib';
import { watchGrowth } from './folder-size.ts';
import type { OnGrowth } from './folder-size.ts';
import { cacheDirectory } from './paths.ts';
import type { Environment } from './paths.ts';
import { scratchFolder } from './scratch.ts';

export interface PackagedChromium {
  readonly executablePath: string;
  /** What the browser's process needs: its own libraries and fonts. */
  readonly environment: Readonly<Record<string, string>>;
  /** Of the npm package; its first number is Chromium's. */
  readonly version: string;
}

/** Of the inflated folder, for the progress. */
const INFLATED_MB = 213;

/**
 * The browser that comes compressed in an npm package, inflated once (about 4 s) into a folder named after its version.
 * Its system libraries (nss, nspr, expat) come with it, so no package of the distribution is needed. Linux x64 only.
 */
export async function packagedChromium(
  environment: Environment,
  onGrowth?: OnGrowth,
): Promise<PackagedChromium> {
  const home = packageHome();
  const { version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as { version: string };
  const directory = join(cacheDirectory(environment), `chromium-${version}`);
  if (!existsSync(join(directory, 'chromium'))) await inflate(join(home, 'bin'), directory, onGrowth);
  return {
    executablePath: join(directory, 'chromium'),
    environment: { LD_LIBRARY_PATH: join(directory, 'lib'), FONTCONFIG_FILE: join(directory, 'fonts.conf') },
    version,
  };
}

async function inflate(archives: string, directory: string, onGrowth: OnGrowth | undefined): Promise<void> {
  const scratch = scratchFolder(directory);
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch, { recursive: true, mode: 0o755 });
  const unwatch = watchGrowth(scratch, INFLATED_MB, onGrowth);
  try {
    await Promise.all([
      unpack(join(archives, 'chromium.br'), join(scratch, 'chromium')),
      unpack(join(archives, 'al2023.tar.br'), join(scratch, 'al2023.tar')).then(() =>
        untar(scratch, 'al2023.tar'),
      ),
      unpack(join(archives, 'fonts.tar.br'), join(scratch, 'fonts.tar')).then(() =>
        untar(scratch, 'fonts.tar'),
      ),
    ]);
    // The packaged fonts.conf names folders of AWS Lambda.
    writeFileSync(join(scratch, 'fonts.conf'), fontsConf(directory));
    rmSync(directory, { recursive: true, force: true });
    renameSync(scratch, directory);
  } catch (error) {
    rmSync(scratch, { recursive: true, force: true });
    // Two starts at once: the other one's copy is as good.
    if (!existsSync(join(directory, 'chromium'))) throw error;
  } finally {
    unwatch();
  }
}

async function unpack(archive: string, file: string): Promise<void> {
  await pipeline(
    createReadStream(archive),
    createBrotliDecompress(),
    createWriteStream(file, { mode: 0o755 }),
  );
}

async function untar(directory: string, archive: string): Promise<void> {
  await promisify(execFile)('tar', ['--no-same-owner', '-xf', archive], { cwd: directory });
  rmSync(join(directory, archive));
}

/** The packaged font first; the machine's fonts serve scripts that it lacks. */
function fontsConf(directory: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${directory}/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <dir>/usr/local/share/fonts</dir>
  <cachedir>${directory}/font-cache</cachedir>
  <cachedir prefix="xdg">fontconfig</cachedir>
  <config></config>
</fontconfig>
`;
}

function packageHome(): string {
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')));
  } catch {
    throw new Error('The npm package @sparticuz/chromium is not installed.');
  }
}
