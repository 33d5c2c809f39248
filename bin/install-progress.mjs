// How far `npm ci` is: it says nothing itself, but each package of the lock file appears in node_modules.
// Plain JavaScript without dependencies, as bootstrap.mjs.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { clearInterval, setInterval } from 'node:timers';

const MEGABYTE = 1_000_000;
const BAR = 14;
const IN_TERMINAL_MS = 1_000;
/** Elsewhere each state is a line of its own. */
const IN_LOG_MS = 10_000;

/** Tells on stderr how far the install of `clone` is, until the returned function is called. */
export function showInstall(clone, line) {
  const count = counter(clone);
  const isLive = process.stderr.isTTY === true && process.env.TERM !== 'dumb';
  const timer = setInterval(
    () => {
      const text = line(describe(count(), isLive));
      process.stderr.write(isLive ? `\r\u001b[2K${text}` : `${text}\n`);
    },
    isLive ? IN_TERMINAL_MS : IN_LOG_MS,
  );
  return () => {
    clearInterval(timer);
    if (isLive) process.stderr.write('\r\u001b[2K');
  };
}

/** `███░░░  412 of 800 packages, 310 MB`, without the bar outside of a terminal. */
export function describe({ packages, of, bytes }, isLive) {
  const full = of === 0 ? 0 : Math.floor((packages / of) * BAR);
  const bar = isLive ? `${'█'.repeat(full)}${'░'.repeat(BAR - full)} ` : '';
  return `${bar}${packages} of ${of} packages, ${Math.floor(bytes / MEGABYTE)} MB`;
}

/** Counts the packages that are there; one whose size stood still between two counts is not measured again. */
export function counter(clone) {
  const wanted = packagesForHere(join(clone, 'package-lock.json'));
  const sizes = new Map();
  return () => {
    const there = wanted.filter((path) => existsSync(join(clone, path, 'package.json')));
    for (const path of there) {
      const known = sizes.get(path);
      if (known?.isWhole) continue;
      const size = bytesOf(join(clone, path));
      sizes.set(path, { size, isWhole: known?.size === size });
    }
    const bytes = [...sizes.values()].reduce((sum, { size }) => sum + size, 0);
    return { packages: there.length, of: wanted.length, bytes };
  };
}

/** Folders of the packages that the lock file wants on this platform. */
function packagesForHere(lock) {
  const { packages = {} } = JSON.parse(readFileSync(lock, 'utf8'));
  return Object.entries(packages)
    .filter(([path, entry]) => path !== '' && !entry.link)
    .filter(([, { os, cpu }]) => allows(os, process.platform) && allows(cpu, process.arch))
    .filter(([, { libc }]) => process.platform !== 'linux' || allows(libc, 'glibc'))
    .map(([path]) => path);
}

function allows(list, name) {
  // npm writes one name as a text.
  const names = [list ?? []].flat();
  if (names.includes(`!${name}`)) return false;
  return names.includes(name) || names.every((entry) => entry.startsWith('!'));
}

/** Of the package's own files: packages inside it are counted by themselves. */
function bytesOf(folder) {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter(({ name }) => name !== 'node_modules')
      .reduce((sum, entry) => {
        const path = join(folder, entry.name);
        return sum + (entry.isDirectory() ? bytesOf(path) : entry.isFile() ? statSync(path).size : 0);
      }, 0);
  } catch {
    // It is being written or moved; the next count sees it.
    return 0;
  }
}
