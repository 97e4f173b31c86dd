import { describe, expect, it } from 'vitest';
import { formatNumber, formatValue, isNumericColumn } from './format.ts';

describe('formatNumber', () => {
  it.each([
    [0, '0'],
    [-0.5, '-0.5'],
    [1 / 3, '0.333333'],
    [97.1, '97.1'],
    [60_000, '60,000'],
    [1_234_567, '1,234,567'],
    [1e-7, '1e-7'],
    [-2.5e12, '-2.5e+12'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
  ])('writes %d as %s', (value, text) => expect(formatNumber(value)).toBe(text));
});

describe('formatValue', () => {
  it('writes lists, booleans, text and objects', () => {
    expect(formatValue([1000, 0.5, 'a'])).toBe('1,000, 0.5, a');
    expect(formatValue(true)).toBe('yes');
    expect(formatValue('mnist')).toBe('mnist');
    expect(formatValue({ a: 1 })).toBe('{"a":1}');
  });
});

describe('isNumericColumn', () => {
  it.each([
    [[1, 2.5]],
    [['0.50', '12.25']],
    [['1,000', '−3', '2.1 ± 0.4', '1e-7', '∞', '12 %']],
    [[0.5, 'yes', 'NaN', '']],
  ])('holds for %j', (cells) => expect(isNumericColumn(cells)).toBe(true));

  it.each([[[]], [['', 'yes']], [['1', '2 epochs']], [['1.2.3']], [['784-10']], [[{ markup: '1' }]]])(
    'does not hold for %j',
    (cells) => expect(isNumericColumn(cells)).toBe(false),
  );
});
