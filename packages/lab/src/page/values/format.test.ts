import { expect, it } from 'vitest';
import { formatBytes, formatDuration, formatNumber, formatScalar, formatTime, plural } from './format.ts';

it.each([
  [0, '0'],
  [-0.5, '−0.5'],
  [1234567, '1234567'],
  [12345.678, '12346'],
  [0.123456, '0.1235'],
  [100.0001, '100'],
  [1e-5, '1e−5'],
  [1.23456e9, '1.235e9'],
  [-2.5e-7, '−2.5e−7'],
  [Number.NaN, 'NaN'],
  [Number.POSITIVE_INFINITY, '∞'],
  [Number.NEGATIVE_INFINITY, '−∞'],
])('writes %d as %s', (value, text) => {
  expect(formatNumber(value)).toBe(text);
});

it.each([
  [0.0123, '12 ms'],
  [3.04, '3.0 s'],
  [59.6, '1 min 00 s'],
  [61, '1 min 01 s'],
  [3599.7, '1 h 00 min'],
  [3 * 3600 + 5 * 60, '3 h 05 min'],
  [49 * 3600, '2 d 01 h'],
  [Number.NaN, ''],
])('writes %d seconds as %s', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});

it('writes bytes, times, truth and what is missing', () => {
  expect([formatBytes(999), formatBytes(1000), formatBytes(1.234e9)]).toEqual(['999 B', '1 kB', '1.23 GB']);
  expect(formatTime('2026-11-30T15:48:03.000')).toBe('2026-11-30 15:48');
  expect(formatTime('once')).toBe('once');
  expect([true, false, undefined, 'Infinity', '-Infinity', 'NaN'].map(formatScalar)).toEqual([
    'yes',
    'no',
    '',
    '∞',
    '−∞',
    'NaN',
  ]);
  expect([plural(1, 'run'), plural(12345, 'run')]).toEqual(['1 run', '12,345 runs']);
});
