import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeRow } from '../../../test/page/row.ts';
import { columnsOf } from './columns.ts';
import { parseFilter } from './filter.ts';

const rows = [
  makeRow({ id: 'a', seed: 1, settings: { width: 50, act: 'relu' }, summary: { error: 0.1 } }),
  makeRow({ id: 'b', seed: 4, settings: { width: 20, act: 'tanh' }, summary: { error: 'NaN' }, status: 'failed' }),
  makeRow({
    id: 'c',
    seed: 5,
    settings: { width: 50, deep: true },
    experiment: 'galu/memorize',
    notes: { tags: ['Best'], text: 'see the plot' },
  }),
];
const columns = columnsOf(rows);
const passing = (text: string) => {
  const { matches, errors } = parseFilter(text, columns);
  return errors.length > 0
    ? errors
    : rows
        .filter(matches)
        .map(({ id }) => id)
        .join('');
};

describe('a filter', () => {
  it.each([
    ['', 'abc'],
    ['galu/', 'c'],
    ['width=50', 'ac'],
    ['width=50 seed>3', 'c'],
    ['width=20,50', 'abc'],
    ['width!=50', 'b'],
    ['settings.width=50', 'ac'],
    ['WIDTH=50', 'ac'],
    ['act=relu', 'a'],
    ['act!=relu', 'bc'],
    ['act~EL', 'a'],
    ['deep=true', 'c'],
    ['act=""', 'c'],
    ['error<=0.1', 'a'],
    ['error>=-1e9', 'a'],
    ['error=NaN', 'b'],
    ['status:done', 'ac'],
    ['status:done,failed', 'abc'],
    ['-status:failed', 'ac'],
    ['#best', 'c'],
    ['-#best', 'ab'],
    ['"the plot"', 'c'],
    ['"plot the"', ''],
    ['seed<=4 -galu', 'ab'],
  ])('%s lets through %s', (text, ids) => {
    expect(passing(text)).toBe(ids);
  });

  it.each([
    ['widht=1', 'No run has “widht”; the nearest is “width”', 0],
    ['galu xyzzy>3', 'No run has “xyzzy”', 5],
    ['status:dnoe', 'No run’s state is “dnoe”; the nearest is “done”', 0],
    ['width>wide', 'width> wants a number, not “wide”', 0],
    ['width=', 'width= wants a value behind it', 0],
    ['#', '# wants a tag behind it', 0],
    ['a "b', 'The quote isn’t closed', 2],
  ])('%s is told to be wrong', (text, message, at) => {
    expect(passing(text)).toEqual([{ message, at }]);
  });

  it('takes any text, and a wrong word lets everything through', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(() => parseFilter(text, columns)).not.toThrow();
      }),
    );
    expect(rows.every(parseFilter('xyzzy=1', columns).matches)).toBe(true);
  });
});
