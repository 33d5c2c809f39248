/** The middle of an odd number of samples; the mean of the two middle ones of an even number. */
export function median(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** One measurement against its floor, both of the same run; `bar` is the largest ratio that is allowed. */
export interface Ratio {
  readonly name: string;
  readonly unit: 'ms' | 'KiB';
  readonly value: number;
  readonly floor: number;
  readonly ratio: number;
  readonly bar: number;
}

export function ratio(name: string, unit: Ratio['unit'], value: number, floor: number, bar: number): Ratio {
  return { name, unit, value, floor, ratio: value / floor, bar };
}
