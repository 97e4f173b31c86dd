import { InputError } from '@unbraid/checks';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Compressed, checkCompressed } from './compressed.ts';

const terms = { name: 'test: m', line: 'row', ascending: true } as const;

const number = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: 0, max: 4 }) },
  { weight: 1, arbitrary: fc.constantFrom(-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 32, 2 ** 32 + 1) },
);

/** Arrays that are a matrix more often than chance would have it. */
const anything: fc.Arbitrary<Compressed> = fc
  .record({
    lines: number,
    places: number,
    counts: fc.array(number, { maxLength: 4 }),
    indexes: fc.array(number, { maxLength: 6 }),
    fits: fc.boolean(),
    sorted: fc.boolean(),
  })
  .map(({ lines, places, counts, indexes, fits, sorted }) => {
    const starts = [0];
    for (const count of counts) starts.push(starts.at(-1)! + count);
    const kept = fits ? indexes.slice(0, starts.at(-1)!) : indexes;
    const values = kept.map(() => 1);
    if (sorted) kept.sort((a, b) => a - b);
    return { lines: fits ? counts.length : lines, places, starts, indexes: kept, values };
  });

/** What a compressed matrix is, put as its definition has it. */
function isMatrix({ lines, places, starts, indexes, values }: Compressed, ascending: boolean): boolean {
  const whole = (x: number) => Number.isSafeInteger(x) && x >= 0;
  if (!whole(lines) || !whole(places) || starts.length !== lines + 1) return false;
  const list = Array.from(starts);
  if (!list.every(whole) || list[0] !== 0 || list.at(-1) !== indexes.length) return false;
  const rows = list.slice(1).map((to, i) => (to >= list[i]! ? Array.from(indexes).slice(list[i], to) : undefined));
  return (
    Array.from(values ?? []).every(Number.isFinite) &&
    rows.every((row) =>
      row?.every((place, e) => whole(place) && place < places && !(ascending && place <= row[e - 1]!)),
    )
  );
}

const accepts = (matrix: Compressed, ascending: boolean): boolean => {
  try {
    checkCompressed(matrix, { ...terms, ascending });
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    expect((error as Error).message).toMatch(/^test: m[^\n]*$/);
    return false;
  }
};

describe('checkCompressed', () => {
  it('takes what is a matrix in compressed rows and nothing else', () => {
    let accepted = 0;
    fc.assert(
      fc.property(anything, fc.boolean(), (matrix, ascending) => {
        const taken = accepts(matrix, ascending);
        if (taken) accepted++;
        expect(taken).toBe(isMatrix(matrix, ascending));
      }),
      { numRuns: 3000, seed: 1 },
    );
    expect(accepted).toBeGreaterThan(100);
  });

  it.each<[Partial<Compressed>, string]>([
    [{ starts: [0, 2, 1, 3] }, "test: m's row 1 ends at entry 1, before it starts at 2"],
    [{ starts: [0, 0.5, 1, 3] }, "test: m's row 0 ends at entry 0.5, which is no whole number"],
    [{ starts: [0, 1, 2, 2 ** 32 + 3] }, 'these are 4, from 0 to 4294967299'],
    [{ indexes: [0, 1, 2 ** 32] }, "test: m's row 2 has an entry in column 4294967296; there are 4"],
    [{ indexes: [0, 1, 1.5] }, "test: m's row 2 has an entry in column 1.5; there are 4"],
    [{ values: [1, 2, Number.POSITIVE_INFINITY] }, "test: m's entry in row 2, column 2 is Infinity; a finite number"],
  ])('names the place of the fault: %o', (fault, message) => {
    const good = { lines: 3, places: 4, starts: [0, 1, 2, 3], indexes: [0, 1, 2], values: [1, 1, 1] };
    expect(() => checkCompressed({ ...good, ...fault }, terms)).toThrow(message);
  });

  it('speaks of columns where columns are compressed', () => {
    const matrix = { lines: 1, places: 1, starts: [0, 1], indexes: [1] };
    expect(() => checkCompressed(matrix, { ...terms, line: 'column' })).toThrow(
      "test: m's column 0 has an entry in row 1; there are 1",
    );
  });
});
