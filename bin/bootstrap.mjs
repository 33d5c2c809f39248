// Installs what the lock file names, then runs an entry under the project's own Node 24.
// Plain JavaScript without dependencies: it may start on Node 20, in a clone without node_modules.
//   node bin/bootstrap.mjs cli.ts demo --once
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { showInstall } from './install-progress.mjs';

const CLONE = dirname(dirname(realpathSync(fileURLToPath(import.meta.url))));
const MODULES = join(CLONE, 'node_modules');
const MARKER = join(MODULES, '.installed-lock');
const NODE = join(MODULES, '.bin', 'node');
/** Where Node keeps what it has compiled: without it each start strips the types of each file again. */
const COMPILED = join(MODULES, '.cache', 'compiled');
/** Megabytes of packages that `npm ci` fetches, and of what a first start fetches when no Temporal server is there. */
const PACKAGES_MB = 390;
const TEMPORAL_MB = 44;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'];
/** The child that runs now: it gets the signals of this process and decides. */
let current = null;
/** npm, told to end, goes on for a minute; what it leaves half done is installed anew by the next start. */
let isInstalling = false;
const passedOn = new Map();
/** One Ctrl-C arrives twice, from the terminal and from npm; a person's second comes later. */
const SAME_KEY_MS = 1000;

/** Runs `entry` (a file of the clone) with the arguments and ends this process as it ended. */
export async function bootstrap(entry, args) {
  for (const signal of SIGNALS) process.on(signal, () => passOn(signal));
  const failure = await install(entry);
  if (failure !== null) {
    process.stderr.write(`${failure.message}\n`);
    process.exit(failure.exitCode);
  }
  const node = existsSync(NODE) ? NODE : usableNode();
  // A session of its own: the terminal's Ctrl-C reaches it once, through us.
  const { code, signal } = await run(node, [...nodeOptions(), join(CLONE, entry), ...args], {
    stdio: 'inherit',
    detached: true,
    env: {
      NODE_COMPILE_CACHE: COMPILED,
      ...process.env,
      PATH: `${join(MODULES, '.bin')}:${process.env.PATH ?? ''}`,
    },
  });
  if (signal !== null) {
    for (const name of SIGNALS) process.removeAllListeners(name);
    process.kill(process.pid, signal);
    return;
  }
  process.exit(code ?? 3);
}

function passOn(signal) {
  const now = Date.now();
  if (now - (passedOn.get(signal) ?? 0) < SAME_KEY_MS) return;
  passedOn.set(signal, now);
  current?.kill(isInstalling ? 'SIGKILL' : signal);
}

/** Returns null when everything is installed, else what to tell the operator and how to end. */
async function install(entry) {
  const lock = createHash('sha256')
    .update(readFileSync(join(CLONE, 'package-lock.json')))
    .digest('hex');
  if (existsSync(MARKER) && readFileSync(MARKER, 'utf8').trim() === lock) return null;
  if (installedByHand()) {
    // A marker stands for another lock file, of a branch that shares these packages: it stays right for that one.
    if (!existsSync(MARKER)) mark(lock);
    return null;
  }
  say(whyInstall(entry));
  const started = Date.now();
  const ended = showInstall(CLONE, (detail) => line('dependencies', detail, started));
  isInstalling = true;
  let result = await npm('ci');
  // A lock file without the packages of other platforms (a registry lacked them) is refused by `npm ci`; `npm install`
  // takes the same locked versions and, without saving, leaves the lock file alone.
  if (result.errors.includes('EUSAGE')) result = await npm('install', '--no-save');
  isInstalling = false;
  ended();
  if (result.code !== 0) {
    rmSync(MARKER, { force: true });
    if (passedOn.size > 0) {
      return {
        exitCode: 130,
        message: 'Interrupted while npm installed the dependencies. The next start begins that anew.',
      };
    }
    const how = result.signal === null ? `exit code ${result.code}` : `signal ${result.signal}`;
    return {
      exitCode: 3,
      message:
        `npm could not install the dependencies of ${CLONE} (${how}).\n${result.errors.trim()}\n` +
        'Check the network and the registry that `npm config get registry` names, then start again.',
    };
  }
  mark(lock);
  say(line('dependencies', 'installed', started));
  return null;
}

/** What is about to be downloaded, and why now. */
function whyInstall(entry) {
  const packages = `npm packages (about ${PACKAGES_MB} MB)`;
  if (existsSync(MARKER))
    return `package-lock.json has changed since the last install: downloads those of its ${packages} that npm does not have`;
  if (existsSync(MODULES))
    return `node_modules is not what package-lock.json says: installs the ${packages} anew`;
  const extra =
    entry === 'cli.ts' ? `, and the Temporal server (about ${TEMPORAL_MB} MB) unless one is here` : '';
  return `first start: downloads ${packages}${extra}`;
}

function npm(...command) {
  return run('npm', [...command, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: CLONE,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, NODE_ENV: '' },
  });
}

/** npm writes node_modules/.package-lock.json last; one that holds all of the lock file means a finished `npm ci` or `npm install`. */
function installedByHand() {
  const hidden = join(MODULES, '.package-lock.json');
  if (!existsSync(hidden)) return false;
  const wanted = packagesOf(join(CLONE, 'package-lock.json'));
  const have = packagesOf(hidden);
  // Optional packages of other platforms are in the lock and not on the disk.
  return Object.entries(wanted).every(
    ([path, entry]) =>
      path === '' || entry.optional || entry.devOptional || have[path]?.version === entry.version,
  );
}

function packagesOf(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages ?? {};
}

function mark(lock) {
  writeFileSync(MARKER, `${lock}\n`);
}

/** Without the packaged Node (another platform) our own is used if it can run TypeScript. */
function usableNode() {
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  process.stderr.write(
    `There is no packaged Node 24 for ${process.platform}-${process.arch}, and this is Node ${process.versions.node}. ` +
      'Start with Node 24 or newer.\n',
  );
  process.exit(3);
}

function nodeOptions() {
  // Type stripping is stable in use and still prints a warning on some versions.
  return ['--disable-warning=ExperimentalWarning'];
}

function run(command, args, options) {
  return new Promise((resolve) => {
    const child = spawn(command, args, options);
    current = child;
    let errors = '';
    child.stderr?.on('data', (data) => {
      // The beginning says what is wrong; the end of npm's errors is its help.
      errors = `${errors}${data}`.slice(0, 2000);
    });
    child.once('error', (error) => {
      resolve({ code: 127, signal: null, errors: error.message });
    });
    child.once('close', (code, signal) => {
      current = null;
      resolve({ code, signal, errors });
    });
  });
}

/** Progress goes to stderr: stdout belongs to the entry (`--json`). */
function line(name, detail, started) {
  const seconds = `${Math.round((Date.now() - started) / 1000)} s`;
  return `  ${name.padEnd(20)}${detail.padEnd(46)} ${seconds.padStart(9)}`;
}

function say(text) {
  process.stderr.write(text.startsWith(' ') ? `${text}\n` : `  ${text}\n`);
}

if (
  process.argv[1] !== undefined &&
  realpathSync(process.argv[1]) === realpathSync(fileURLToPath(import.meta.url))
) {
  const [entry, ...args] = process.argv.slice(2);
  if (entry === undefined) {
    process.stderr.write('Usage: node bin/bootstrap.mjs ENTRY.ts [ARGUMENT...]\n');
    process.exit(64);
  }
  await bootstrap(entry, args);
}
