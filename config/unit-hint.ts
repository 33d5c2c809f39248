/** Units that people write behind a number, by what they measure. */
const UNITS: readonly (readonly [unit: RegExp, name: string, seconds: number | null])[] = [
  [/^(ms|msec|milliseconds?)$/i, 'milliseconds', 0.001],
  [/^(s|secs?|seconds?)$/i, 'seconds', 1],
  [/^(m|mins?|minutes?)$/i, 'minutes', 60],
  [/^(h|hrs?|hours?)$/i, 'hours', 3600],
  [/^(d|days?)$/i, 'days', 86_400],
  [/^(w|wks?|weeks?)$/i, 'weeks', 604_800],
  [/^(%|pct|percent)$/i, 'percent', null],
  [/^(x|times)$/i, 'times', null],
];

/** The unit that a key's name ends with: `settleDelayS`, `maxAgeH`. */
const OF_KEY: readonly (readonly [end: RegExp, name: string])[] = [
  [/[a-z]Ms$/, 'milliseconds'],
  [/[a-z]S$/, 'seconds'],
  [/[a-z]Min$/, 'minutes'],
  [/[a-z]H$/, 'hours'],
  [/^days$|[a-z](D|Days)$/, 'days'],
  [/[a-z]Pct$/, 'percent'],
];

/** One amount with its unit, and all of a text such as `1h 30m` or `PT8H`. */
const PART = /(\d{1,9}(?:\.\d{1,6})?) ?([a-z%]+?)(?=\d|\s|$)/gi;
const PARTS = /^(?:P?T(?=\d))?(?:\d{1,9}(?:\.\d{1,6})? ?[a-z%]+\s*)+$/i;
/** Thousands with marks between them. */
const GROUPED = /^\d{1,3}(?:[_ ,'’]\d{3})+$/;

/** ` It is a number of seconds; write 120.` for `settleDelayS: 2m`; empty when the text is no number, with a unit or without. */
export function unitHint(key: string, literal: unknown): string {
  if (typeof literal !== 'string') return '';
  const text = literal.trim();
  if (/^-?\d{1,12}(?:\.\d{1,12})?$/.test(text)) return ` Write it without quotes: ${text}.`;
  if (GROUPED.test(text)) return ` Write ${text.replaceAll(/\D/g, '')}.`;
  if (/^\d{1,9},\d{1,2}$/.test(text)) return ` Write it with a point: ${text.replace(',', '.')}.`;
  if (!PARTS.test(text)) return '';
  const parts = [...text.replace(/^P?T(?=\d)/i, '').matchAll(PART)].map(([, amount = '', unit = '']) => ({
    amount,
    unit: UNITS.find(([form]) => form.test(unit)),
  }));
  const [first] = parts;
  if (first === undefined || parts.some(({ unit }) => unit === undefined)) return '';
  const wanted = OF_KEY.find(([end]) => end.test(key))?.[1];
  if (wanted === undefined) return parts.length === 1 ? ` Write the number alone: ${first.amount}.` : '';
  const target = UNITS.find(([, name]) => name === wanted)?.[2] ?? null;
  const seconds = parts.reduce(
    (sum, { amount, unit }) => sum + Number(amount) * (unit?.[2] ?? Number.NaN),
    0,
  );
  if (target !== null && !Number.isNaN(seconds))
    return ` It is a number of ${wanted}; write ${String(Number((seconds / target).toFixed(6)))}.`;
  return parts.length === 1 ? ` It is a number of ${wanted}; write ${first.amount}.` : '';
}
