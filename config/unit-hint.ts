/** Units that people write behind a number, by what they measure. */
const UNITS: readonly (readonly [unit: RegExp, name: string, seconds: number | null])[] = [
  [/^(ms|msec|milliseconds?)$/i, 'milliseconds', 0.001],
  [/^(s|secs?|seconds?)$/i, 'seconds', 1],
  [/^(m|mins?|minutes?)$/i, 'minutes', 60],
  [/^(h|hrs?|hours?)$/i, 'hours', 3600],
  [/^(d|days?)$/i, 'days', 86_400],
  [/^(%|pct|percent)$/i, 'percent', null],
  [/^(x|times)$/i, 'times', null],
];

/** The unit that a key's name ends with: `settleDelayS`, `maxAgeH`. */
const OF_KEY: readonly (readonly [end: RegExp, name: string])[] = [
  [/[a-z]Ms$/, 'milliseconds'],
  [/[a-z]S$/, 'seconds'],
  [/[a-z]Min$/, 'minutes'],
  [/[a-z]H$/, 'hours'],
  [/[a-z](D|Days)$/, 'days'],
  [/[a-z]Pct$/, 'percent'],
];

/** ` It is a number of seconds; write 120.` for `settleDelayS: 2m`; empty when the text is no number with a unit. */
export function unitHint(key: string, literal: unknown): string {
  if (typeof literal !== 'string') return '';
  const [, amount = '', unit = ''] = /^(\d{1,9}(?:\.\d{1,6})?) ?([a-z%]+)$/i.exec(literal.trim()) ?? [];
  const given = UNITS.find(([form]) => form.test(unit));
  if (given === undefined) return '';
  const wanted = OF_KEY.find(([end]) => end.test(key))?.[1];
  if (wanted === undefined) return ` Write the number alone: ${amount}.`;
  const target = UNITS.find(([, name]) => name === wanted)?.[2] ?? null;
  const value =
    given[2] === null || target === null
      ? amount
      : String(Number(((Number(amount) * given[2]) / target).toFixed(6)));
  return ` It is a number of ${wanted}; write ${value}.`;
}
