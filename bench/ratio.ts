/** The middle of an odd number of samples; the mean of the two middle ones of an even number. */
export function median(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

type Unit = 'ms' | 'KiB' | 'MB';

/** One measurement against its floor, both of the same run; `bar` is the largest ratio that is allowed. */
export interface Ratio {
  readonly stage: Stage;
  readonly name: string;
  readonly unit: Unit;
  readonly value: number;
  readonly floor: number;
  readonly ratio: number;
  readonly bar: number;
}

/** In the order of the table. */
export const STAGES = ['start', 'collect', 'history', 'evaluate', 'scale', 'PDF', 'audit'] as const;
export type Stage = (typeof STAGES)[number];

export function ratio(
  stage: Stage,
  name: string,
  unit: Unit,
  value: number,
  floor: number,
  bar: number,
): Ratio {
  return { stage, name, unit, value, floor, ratio: value / floor, bar };
}

/** What has no floor to be measured against: the most that it may be stands in its place. */
export function atMost(stage: Stage, name: string, unit: Unit, value: number, most: number): Ratio {
  return ratio(stage, name, unit, value, most, 1);
}

export async function wallMs<T>(work: () => Promise<T>): Promise<readonly [ms: number, value: T]> {
  const start = performance.now();
  const value = await work();
  return [performance.now() - start, value];
}

/** CPU time of this process, its threads included. */
export async function cpuMs(work: () => Promise<void> | void): Promise<number> {
  const start = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}
