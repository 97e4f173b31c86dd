import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, nearestFirst, unknownName } from './nearest.ts';

describe('editDistance', () => {
  it('counts insertions, deletions and replacements', () => {
    expect(editDistance('kitten', 'sitting')).toBe(3);
    expect(editDistance('', 'abc')).toBe(3);
  });

  it('is symmetric, zero only for equal strings, and obeys the triangle inequality', () => {
    const word = fc.string({ maxLength: 8, unit: fc.constantFrom('a', 'b', 'c') });
    fc.assert(
      fc.property(word, word, word, (a, b, c) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b) === 0).toBe(a === b);
        expect(editDistance(a, c)).toBeLessThanOrEqual(editDistance(a, b) + editDistance(b, c));
      }),
    );
  });
});

describe('nearestFirst', () => {
  it('puts a misspelled name before the others', () => {
    expect(nearestFirst('dimnsion', ['samples', 'width', 'dimension'])[0]).toBe('dimension');
  });

  it('puts a name that holds the given one first, whatever its length', () => {
    expect(nearestFirst('rate', ['gate', 'learningRate'])[0]).toBe('learningRate');
  });

  it('keeps every name', () => {
    expect(nearestFirst('x', ['b', 'a', 'c']).sort()).toEqual(['a', 'b', 'c']);
  });
});

describe('unknownName', () => {
  it('reads as a sentence for any number of choices', () => {
    expect(unknownName('preset', 'shrt', ['smoke', 'short', 'full'])).toBe(
      'there is no preset "shrt"; choose short, smoke or full',
    );
    expect(unknownName('setting', 'k', ['m'])).toBe('there is no setting "k"; choose m');
    expect(unknownName('setting', 'k', [])).toBe('there is no setting "k"; there are none');
  });
});
