import type { OnGrowth } from './folder-size.ts';

/** One part of the local stack, as progress lines and `doctor` show it. */
export interface ComponentReport {
  /** "PostgreSQL", "Temporal", "Chromium", "mail", "worker", "demo bot". */
  readonly name: string;
  readonly version: string | null;
  /** Where it came from: an environment variable, the machine, npm, pip. */
  readonly origin: string;
  /** `idle`: nothing is wrong, and nothing was tried, because nothing runs. */
  readonly status: 'works' | 'failed' | 'idle';
  /** Address, or what went wrong. */
  readonly detail: string;
  /** What to do about a failure; null when it works. */
  readonly remedy: string | null;
  /** Milliseconds it took to start. */
  readonly tookMs: number;
}

/** What a stack's start tells its caller, as it happens. */
export type StackProgress =
  | { readonly type: 'starting'; readonly name: string }
  /** It is being downloaded or unpacked first. */
  | {
      readonly type: 'growing';
      readonly name: string;
      readonly doneMb: number;
      readonly totalMb: number;
    }
  | { readonly type: 'ready'; readonly component: ComponentReport };

/** How a component is started: its news go to `onProgress`, and none begins after `signal` has aborted. */
export interface StartContext {
  readonly onProgress: (progress: StackProgress) => void;
  readonly signal: AbortSignal;
}

/** Runs one start and reports its beginning and end; the facts come from its result. */
export async function startComponent<Result>(
  name: string,
  { onProgress, signal }: StartContext,
  start: (onGrowth: OnGrowth) => Promise<Result>,
  facts: (result: Result) => {
    readonly version: string | null;
    readonly origin: string;
    readonly detail: string;
  },
): Promise<Result> {
  signal.throwIfAborted();
  onProgress({ type: 'starting', name });
  const before = performance.now();
  const result = await start((doneMb, totalMb) => {
    onProgress({ type: 'growing', name, doneMb, totalMb });
  });
  signal.throwIfAborted();
  const tookMs = Math.round(performance.now() - before);
  onProgress({ type: 'ready', component: { name, status: 'works', remedy: null, tookMs, ...facts(result) } });
  return result;
}
