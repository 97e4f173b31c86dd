import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitKey } from './split.ts';

const root = [1, 2] as const;
const label = fc.oneof(fc.string({ unit: 'binary', maxLength: 30 }), fc.maxSafeInteger());

describe('splitKey', () => {
  it('gives different labels different keys', () => {
    fc.assert(
      fc.property(label, label, (a, b) => {
        fc.pre(a !== b);
        expect(splitKey(root, a)).not.toEqual(splitKey(root, b));
      }),
    );
  });

  it('tells apart labels that a careless hash would join', () => {
    const labels = [1, '1', 2 ** 32, 1 - 2 ** 32, -1, '', '\0', '\0\0', 'abcdefgh', 'abcdefgh\0', 'abcdefghabcdefgh'];
    const keys = new Set(labels.map((label) => splitKey(root, label).join()));
    expect(keys.size).toBe(labels.length);
  });

  it('depends on the key that is split', () => {
    expect(splitKey([1, 2], 'weights')).not.toEqual(splitKey([1, 3], 'weights'));
    expect(splitKey(splitKey(root, 'a'), 'b')).not.toEqual(splitKey(splitKey(root, 'b'), 'a'));
  });

  it.each([0.5, Number.NaN, 2 ** 53])('refuses the label %d', (label) => {
    expect(() => splitKey(root, label)).toThrow(/kernels: a label is a string or an integer/);
  });
});
