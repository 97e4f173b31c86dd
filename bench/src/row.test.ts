import { describe, expect, it } from 'vitest';
import { limitRow, median, missingRow, rowOf } from './row.ts';

const label = { row: 'a step', peer: 'a peer', unit: 'ms', goal: 5 };

describe('a row', () => {
  it('has a ratio above 1 where we are faster', () => {
    const row = rowOf(label, 'lower', [1, 2, 9], [8, 6, 7]);
    expect(row).toMatchObject({ ours: 2, theirs: 7, ratio: 3.5, goal: 5 });
    expect(row.samples).toEqual({ ours: [1, 2, 9], theirs: [8, 6, 7] });
  });

  it('has a ratio above 1 where we are more accurate', () => {
    expect(rowOf(label, 'higher', [97], [48.5]).ratio).toBe(2);
  });

  it('of a missing peer says what is missing and keeps our figure', () => {
    const row = missingRow(label, [3, 1, 2], 'Python package torch');
    expect(row).toMatchObject({ ours: 2, theirs: null, ratio: null });
    expect(row.note).toContain('missing: Python package torch');
  });

  it('against a limit has a ratio above 1 where we stay below it', () => {
    expect(limitRow(label, 60, [30, 20, 40]).ratio).toBe(2);
  });
});

describe('the median', () => {
  it('is the middle of an odd number of values, in any order', () => {
    expect(median([5, 1, 3])).toBe(3);
  });

  it('is the mean of the middle two of an even number', () => {
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });

  it('of none is not a number', () => {
    expect(median([])).toBeNaN();
  });
});
