import { expect, test } from '@jest/globals';
import { duration, formatValue, naturalPlaces, unitOf } from '../../audit/format.ts';
import type { Unit } from '../../audit/figure.ts';
import type { Scalar } from '../../audit/value.ts';

test.each<[Scalar, Unit, string]>([
  [null, 'count', '–'],
  [0, 'count', '0'],
  [-0, 'count', '0'],
  [1234567, 'count', '1\u202f234\u202f567'],
  [-1234, 'count', '\u22121\u202f234'],
  [58.44, 'percent', '58.4 %'],
  [0.125, 'ratio', '0.12'],
  [1240.5, 'ms', '1\u202f240 ms'],
  [4.4, 'score', '4.4'],
  ['0.30000000000000000004', 'price', '0.3'],
  ['64000.00', 'price', '64\u202f000'],
  ['0.00001234', 'quantity', '0.00001234'],
  ['-0.00', 'quantity', '0'],
  [1536, 'bytes', '1.5 KiB'],
  [12, 'bytes', '12 B'],
  ['2026-11-20T07:48:02.114Z', 'time', '2026-11-20 07:48:02.114'],
  ['2026-11-20T07:48:02.000Z', 'time', '2026-11-20 07:48:02'],
  ['2026-11-20T07:48:02.1Z', 'time', '2026-11-20 07:48:02.100'],
  ['not a time', 'time', 'not a time'],
  ['not a number', 'money', 'not a number'],
  ['NaN', 'percent', 'NaN'],
  [Number.NaN, 'count', 'NaN'],
  [true, 'text', 'yes'],
  ['1.50', 'text', '1.50'],
])('%j as %s is written %j', (value, unit, expected) => {
  expect(formatValue(value, unit)).toBe(expected);
});

test('money has two decimals in a stable currency, eight in another, and is rounded half to even', () => {
  expect(formatValue('212.445', 'money', { currency: 'USDT' })).toBe('212.44 USDT');
  expect(formatValue('212.455', 'money', { currency: 'USDT' })).toBe('212.46 USDT');
  expect(formatValue('-0.004', 'money', { currency: 'USDT' })).toBe('0.00 USDT');
  expect(formatValue('0.1', 'money', { currency: 'BTC' })).toBe('0.10000000 BTC');
  expect(formatValue('1234.5', 'money', { currency: 'USDT', bare: true })).toBe('1\u202f234.50');
});

test('a time of the day that a report is about is written without its date', () => {
  expect(formatValue('2026-11-20T07:48:02.114Z', 'time', { day: '2026-11-20' })).toBe('07:48:02.114');
  expect(formatValue('2026-11-19T23:59:59Z', 'time', { day: '2026-11-20' })).toBe('2026-11-19 23:59:59');
});

test.each([
  [9.4, '9.4 s'],
  [0, '0 s'],
  [60, '60 s'],
  [59.97, '60 s'],
  [119.6, '2 min'],
  [718, '11 min 58 s'],
  [3599.7, '1 h'],
  [11_100, '3 h 05 min'],
  [-90, '\u221290 s'],
])('%d seconds are %s', (seconds, expected) => {
  expect(duration(seconds)).toBe(expected);
});

test('a column knows the decimals that its values need, and what to say of the unit', () => {
  expect([naturalPlaces('0.90'), naturalPlaces('7.25'), naturalPlaces('12'), naturalPlaces('x')]).toEqual([
    1, 2, 0, 0,
  ]);
  expect(formatValue('0.9', 'quantity', { places: 2 })).toBe('0.90');
  expect([unitOf('money', 'USDT'), unitOf('percent'), unitOf('count'), unitOf('money_min', 'USDT')]).toEqual([
    'USDT',
    '%',
    '',
    'USDT min',
  ]);
});
