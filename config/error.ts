import { createScrubber } from '../audit/scrub.ts';

/** One thing that is wrong in a configuration file. */
export interface ConfigProblem {
  /** 1-based line, or null when the problem is not at one place. */
  readonly line: number | null;
  readonly message: string;
}

/** Nobody reads more before mending some. */
const MOST_TOLD = 100;

/** A configuration that cannot be used; the message names file, line and remedy of every problem, and no secret. */
export class ConfigError extends Error {
  readonly file: string;
  readonly problems: readonly ConfigProblem[];

  /** What a message quotes may be a secret under the wrong key: `secrets`, and the user of a URL, are taken out. */
  constructor(file: string, problems: readonly ConfigProblem[], secrets: readonly string[] = []) {
    const sorted = [...problems].sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
    const quoted = sorted
      .slice(0, MOST_TOLD)
      .map(({ message }) => message)
      .join('\n');
    // Of thousands of bots, only those that are there: a scrubber of all takes long to make.
    const scrub = createScrubber(secrets.filter((secret) => quoted.includes(secret)));
    const ordered = sorted.map(({ line, message }, index) => ({
      line,
      message: index < MOST_TOLD ? scrub(message) : message,
    }));
    const told = ordered.slice(0, MOST_TOLD).map(({ line, message }) => `${place(file, line)}: ${message}`);
    const rest = ordered.length - told.length;
    super([...told, ...(rest > 0 ? [`${file}: and ${String(rest)} problems more.`] : [])].join('\n'));
    this.name = 'ConfigError';
    this.file = file;
    this.problems = ordered;
  }
}

function place(file: string, line: number | null): string {
  return line === null ? file : `${file}:${String(line)}`;
}
