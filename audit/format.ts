import { rounded } from './decimal.ts';
import type { Unit } from './figure.ts';
import { REASONS, SAID_BY_DETAIL, type Reason, type Scalar } from './value.ts';

const THIN = '\u202f';
const MINUS = '\u2212';
const STABLE = /^(USD|USDT|USDC|BUSD|DAI|FDUSD|TUSD|EUR|GBP)$/;
const WITHOUT = '\u2013';

/** Fixed decimals with thin grouping and a true minus; -0 is 0. */
function grouped(value: number | string, places: number): string {
  const fixed = rounded(String(value), places);
  const negative = fixed.startsWith('-') && /[1-9]/.test(fixed);
  const [whole = '0', fraction] = fixed.replace('-', '').split('.');
  const body = whole.replace(/\B(?=(\d{3})+$)/g, THIN);
  return `${negative ? MINUS : ''}${body}${fraction === undefined ? '' : `.${fraction}`}`;
}

/** Digits that a price or quantity needs: as stored, without trailing zeros. */
function natural(value: number | string): string {
  const plain = rounded(String(value), 12).replace(/\.?0+$/, '');
  return grouped(plain, plain.split('.')[1]?.length ?? 0);
}

/** A duration in seconds as people read it: `9.4 s`, `90 s`, `11 min 58 s`, `3 h 05 min`. */
export function duration(seconds: number): string {
  const sign = seconds < 0 ? MINUS : '';
  const s = Math.abs(seconds);
  if (s < 59.95) return `${sign}${grouped(s, Number.isInteger(s) ? 0 : 1)} s`;
  const whole = Math.round(s);
  if (whole < 120) return `${sign}${String(whole)} s`;
  if (whole < 3600) return `${sign}${twoParts(whole, 60, 'min', 's')}`;
  return `${sign}${twoParts(Math.round(whole / 60), 60, 'h', 'min')}`;
}

function twoParts(value: number, per: number, large: string, small: string): string {
  const rest = value % per;
  const head = `${grouped(Math.floor(value / per), 0)} ${large}`;
  return rest === 0 ? head : `${head} ${String(rest).padStart(2, '0')} ${small}`;
}

export interface FormatOptions {
  readonly currency?: string | undefined;
  /** Leaves the unit to the column's heading. */
  readonly bare?: boolean;
  /** `2026-11-20`: times of this UTC day are written without their date. */
  readonly day?: string | undefined;
  /** Decimals of prices and quantities, where a column wants them alike; else as many as the value has. */
  readonly places?: number | undefined;
}

/**
 * The one place where a value becomes text. Null is an en dash; why it is null is printed beside it by
 * `formatReason`. A value that is not a number where the unit wants one is printed as it is.
 */
export function formatValue(value: Scalar, unit: Unit, options: FormatOptions = {}): string {
  if (value === null) return WITHOUT;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (unit === 'text' || (unit !== 'time' && !isNumeric(value))) return String(value);
  const { currency, bare } = options;
  const after = (text: string, suffix: string): string =>
    bare === true || suffix === '' ? text : `${text} ${suffix}`;
  switch (unit) {
    case 'count':
      return grouped(value, 0);
    case 'percent':
      return after(grouped(value, 1), '%');
    case 'ratio':
      return grouped(value, 2);
    case 'score':
      return grouped(value, 1);
    case 'ms':
      return after(grouped(value, 0), 'ms');
    case 's':
      return bare === true ? grouped(value, 1) : duration(Number(value));
    case 'min':
      return bare === true ? grouped(value, 1) : duration(60 * Number(value));
    case 'h':
      return bare === true ? grouped(value, 1) : duration(3600 * Number(value));
    case 'bps':
      return after(grouped(value, 1), 'bps');
    case 'money':
      return after(grouped(value, currency === undefined || STABLE.test(currency) ? 2 : 8), currency ?? '');
    case 'money_min':
      return after(grouped(value, 0), currency === undefined ? 'min' : `${currency} min`);
    case 'price':
    case 'quantity':
      return options.places === undefined ? natural(value) : grouped(value, options.places);
    case 'bytes':
      return bytes(Number(value));
    case 'time':
      return clock(String(value), options.day);
  }
}

/** For machines: plain digits, rounded as they are printed; sizes in bytes. What is no number stays as it is. */
export function plainNumber(value: number | string, unit: Unit, currency?: string): string {
  if (!isNumberUnit(unit) || !isNumeric(value)) return String(value);
  const printed = unit === 'bytes' ? grouped(value, 0) : formatValue(value, unit, { currency, bare: true });
  return printed.replaceAll(THIN, '').replace(MINUS, '-');
}

/** `2026-11-20 07:48:02.114`, UTC; milliseconds only when there are some, the date only when it is another day. */
function clock(time: string, day: string | undefined): string {
  const match = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(?:\.(\d{1,3})\d*)?Z$/.exec(time);
  if (!match) return time;
  const [, date = '', seconds = '', fraction] = match;
  const tail = fraction === undefined || /^0+$/.test(fraction) ? '' : `.${fraction.padEnd(3, '0')}`;
  return `${date === day ? '' : `${date} `}${seconds}${tail}`;
}

/** Decimals that `price` and `quantity` values need, for columns that want them alike. */
export function naturalPlaces(value: Scalar): number {
  if (!isNumeric(value)) return 0;
  return (
    rounded(String(value), 12)
      .replace(/\.?0+$/, '')
      .split('.')[1]?.length ?? 0
  );
}

/** What a column's heading says of its unit, when cells are written `bare`; empty for units that need none. */
export function unitOf(unit: Unit, currency?: string): string {
  if (unit === 'money') return currency ?? '';
  if (unit === 'money_min') return currency === undefined ? 'min' : `${currency} min`;
  if (unit === 'percent') return '%';
  return unit === 'ms' || unit === 's' || unit === 'min' || unit === 'h' || unit === 'bps' ? unit : '';
}

/** Numbers stand right in a column; times and texts stand left. */
export function isNumberUnit(unit: Unit): boolean {
  return unit !== 'time' && unit !== 'text';
}

function isNumeric(value: Scalar): value is string | number {
  return typeof value === 'number'
    ? Number.isFinite(value)
    : typeof value === 'string' && /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(value);
}

function bytes(value: number): string {
  if (value < 1024) return `${grouped(value, 0)} B`;
  const units = ['KiB', 'MiB', 'GiB'];
  let scaled = value / 1024;
  let index = 0;
  while (scaled >= 1024 && index < units.length - 1) {
    scaled /= 1024;
    index += 1;
  }
  return `${grouped(scaled, 1)} ${units[index] ?? ''}`;
}

export function formatReason(reason: Reason, detail?: string): string {
  if (detail === undefined) return REASONS[reason];
  return SAID_BY_DETAIL.has(reason) ? detail : `${REASONS[reason]}: ${detail}`;
}
