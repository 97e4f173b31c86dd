import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { both, expectNear, scalar } from '../../test/both.ts';
import { entriesOf, floats, sparse } from '../../test/graphs.ts';
import type { Csr } from './csr.ts';
import { decay } from './exponential-f32.ts';

const size = fc.integer({ min: 1, max: 8 });
const heads = fc.integer({ min: 1, max: 6 });

/** A matrix with rows of 1 to 37 numbers (heads × run) at either side and for each entry, and so many for each head. */
const problem = fc
  .record({ rows: size, cols: size, heads, run: fc.integer({ min: 1, max: 37 }) })
  .chain(({ rows, cols, heads, run }) => sparse(rows, cols).map((matrix) => ({ matrix, heads, run })))
  .chain(({ matrix, heads, run }) => {
    const [width, entries] = [heads * run, matrix.columns.length];
    return fc.record({
      ...{ matrix: fc.constant(matrix), heads: fc.constant(heads), width: fc.constant(width) },
      ...{ ofRows: floats(matrix.rows * width), ofColumns: floats(matrix.cols * width) },
      ...{ ofEntries: floats(entries * width), scores: floats(entries * heads), slopes: floats(entries * heads) },
    });
  });

/** The tables of a matrix from the first three of arrays. */
const tablesOf = ([starts, columns]: never[]) => ({ starts: starts!, columns: columns! });

const tables = ({ starts, columns }: Csr) => [starts, columns];

describe('products along entries', () => {
  it('edgeDots multiplies both ends head by head, in wasm as in the twin', () => {
    fc.assert(
      fc.property(problem, ({ matrix, heads, width, ofRows, ofColumns }) => {
        const inputs = [...tables(matrix), ofRows, ofColumns];
        const [out] = both(inputs, [matrix.columns.length * heads], (k, all, [out]) =>
          k.edgeDots({ ...tablesOf(all), heads, width, q: all[2]!, k: all[3]! }, out!),
        );
        const expected = new Float64Array(out!.length);
        for (const [i, j, e] of entriesOf(matrix)) {
          for (let d = 0; d < width; d++)
            expected[e * heads + Math.floor((d * heads) / width)]! +=
              ofRows[i * width + d]! * ofColumns[j * width + d]!;
        }
        expectNear(out!, expected);
      }),
    );
  });

  it('sparse products have values of their own for each head, in wasm as in the twin', () => {
    fc.assert(
      fc.property(problem, ({ matrix, heads, width, ofRows, ofColumns, scores }) => {
        const factor = (all: never[]) => ({ ...tablesOf(all), values: all[2]!, heads });
        const inputs = [...tables(matrix), scores];
        const [forward] = both([...inputs, ofColumns], [ofRows.length], (k, all, [out]) =>
          k.sparseProduct(factor(all), all[3]!, width, out!),
        );
        const [back] = both([...inputs, ofRows], [ofColumns.length], (k, all, [out]) =>
          k.sparseProductTransposed(factor(all), all[3]!, width, out!),
        );
        const expected = [new Float64Array(ofRows.length), new Float64Array(ofColumns.length)] as const;
        for (const [i, j, e] of entriesOf(matrix)) {
          for (let d = 0; d < width; d++) {
            const value = scores[e * heads + Math.floor((d * heads) / width)]!;
            expected[0][i * width + d]! += value * ofColumns[j * width + d]!;
            expected[1][j * width + d]! += value * ofRows[i * width + d]!;
          }
        }
        expectNear(forward!, expected[0]);
        expectNear(back!, expected[1]);
      }),
    );
  });

  it('rows times a number of their own', () => {
    fc.assert(
      fc.property(problem, ({ matrix, width, ofEntries }) => {
        const [out] = both([ofEntries, matrix.values], [ofEntries.length], (k, [x, factors], [out]) =>
          k.scaleRows(x!, factors!, width, out!),
        );
        expect(out).toEqual(ofEntries.map((x, at) => x * matrix.values[Math.floor(at / width)]!));
      }),
    );
  });
});

describe('segments', () => {
  it('sums of entries and rows spread to entries, in wasm as in the twins', () => {
    fc.assert(
      fc.property(problem, ({ matrix, width, ofRows, ofEntries }) => {
        const sums = new Float64Array(ofRows.length);
        const spread = new Float32Array(ofEntries.length);
        for (const [i, , e] of entriesOf(matrix)) {
          for (let d = 0; d < width; d++) {
            sums[i * width + d]! += ofEntries[e * width + d]!;
            spread[e * width + d] = ofRows[i * width + d]!;
          }
        }
        const [out] = both([...tables(matrix), ofEntries], [ofRows.length], (k, all, [out]) =>
          k.segmentSum(tablesOf(all), all[2]!, width, out!),
        );
        expectNear(out!, sums);
        const [back] = both([...tables(matrix), ofRows], [ofEntries.length], (k, all, [out]) =>
          k.segmentSpread(tablesOf(all), all[2]!, width, out!),
        );
        expect(back).toEqual(spread);
      }),
    );
  });

  it('softmax and its gradient, in wasm as in the twins', () => {
    fc.assert(
      fc.property(problem, ({ matrix, heads, scores, slopes }) => {
        const [y] = both([...tables(matrix), scores], [scores.length], (k, all, [out]) =>
          k.segmentSoftmax(tablesOf(all), heads, all[2]!, out!),
        );
        const [dx] = both([...tables(matrix), y!, slopes], [scores.length], (k, all, [dx]) =>
          k.segmentSoftmaxBackward(tablesOf(all), heads, { y: all[2]!, g: all[3]!, dx: dx! }),
        );
        const totals = new Float64Array(matrix.rows * heads);
        const means = new Float64Array(matrix.rows * heads);
        const each = entriesOf(matrix).flatMap(([i, , e]) =>
          Array.from({ length: heads }, (_, h) => [i * heads + h, e * heads + h] as const),
        );
        for (const [at, entry] of each) totals[at]! += Math.exp(scores[entry]!);
        for (const [at, entry] of each) {
          expect(y![entry]! / (Math.exp(scores[entry]!) / totals[at]!)).toBeCloseTo(1, 6);
          means[at]! += y![entry]! * slopes[entry]!;
        }
        for (const [at, entry] of each) expect(dx![entry]).toBeCloseTo(y![entry]! * (slopes[entry]! - means[at]!), 6);
      }),
    );
  });

  it('softmax of scores that have no exponentials, and of what is not a number', () => {
    const rows = [Int32Array.of(0, 3, 5, 6), Int32Array.of(0, 1, 2, 0, 1, 0)];
    const scores = Float32Array.of(3e38, 3e38, -3e38, 1, Number.NaN, -500);
    const [y] = both([...rows, scores], [6], (k, all, [out]) => k.segmentSoftmax(tablesOf(all), 1, all[2]!, out!));
    expect([...y!]).toEqual([0.5, 0.5, 0, Number.NaN, Number.NaN, 1]);
  });

  it.each(['entries', 'columns'] as const)('the largest of %s, and its gradient, in wasm as in the twins', (of) => {
    fc.assert(
      fc.property(problem, ({ matrix, width, ofEntries, ofColumns, ofRows }) => {
        // Few different numbers, so that some tie.
        const x = (of === 'entries' ? ofEntries : ofColumns).map((value) => Math.round(value) + 0);
        const given = (all: never[]) => ({ ...tablesOf(all), of, width, x: all[2]! });
        const [y] = both([...tables(matrix), x], [ofRows.length], (k, all, [out]) => k.segmentMax(given(all), out!));
        const [dx] = both([...tables(matrix), x, y!, ofRows], [x.length], (k, all, [dx]) =>
          k.segmentMaxBackward(given(all), { y: all[3]!, g: all[4]!, dx: dx! }),
        );
        const expected = new Float64Array(x.length);
        for (let i = 0; i < matrix.rows; i++) {
          const places = entriesOf(matrix)
            .filter(([row]) => row === i)
            .map(([, j, e]) => (of === 'entries' ? e : j) * width);
          for (let d = 0; d < width; d++) {
            const top = places.reduce((most, at) => Math.max(most, x[at + d]!), Number.NEGATIVE_INFINITY);
            expect(y![i * width + d]).toBe(places.length === 0 ? 0 : top + 0);
            const ties = places.filter((at) => x[at + d] === top);
            for (const at of ties) expected[at + d]! += ofRows[i * width + d]! / ties.length;
          }
        }
        expectNear(dx!, expected);
      }),
    );
  });

  it('a NaN is larger than any number', () => {
    const x = Float32Array.of(1, Number.NaN, 3);
    const rows = [Int32Array.of(0, 3), Int32Array.of(0, 1, 2)];
    const [y] = both([...rows, x], [1], (k, all, [out]) =>
      k.segmentMax({ ...tablesOf(all), of: 'entries', width: 1, x: all[2]! }, out!),
    );
    expect([...y!]).toEqual([Number.NaN]);
  });

  it('refuse sizes that do not fit', () => {
    const rows = { starts: Int32Array.of(0, 1), columns: Int32Array.of(2) };
    const [two, three] = [new Float32Array(2), new Float32Array(3)];
    expect(() => scalar.edgeDots({ ...rows, heads: 2, width: 3, q: three, k: three }, two)).toThrow(
      'edgeDots takes a width of a head of at least 1, got 1.5',
    );
    expect(() => scalar.edgeDots({ ...rows, heads: 1, width: 1, q: two, k: three }, two)).toThrow('q has 2 entries');
    expect(() => scalar.edgeDots({ ...rows, heads: 1, width: 1, q: two, k: two }, two)).toThrow('stands in column 2');
    expect(() => scalar.segmentSoftmax(rows, 1, two, two)).toThrow('x has 2 entries, 1 are needed');
    expect(() => scalar.segmentSum(rows, two, 2, three)).toThrow('out has 3 entries, 2 are needed');
    expect(() => scalar.segmentSpread(rows, two, 0, two)).toThrow('a width of at least 1, got 0');
    expect(() => scalar.segmentMax({ ...rows, of: 'columns', width: 1, x: two }, two)).toThrow('stands in column 2');
    expect(() => scalar.scaleRows(two, three, 1, two)).toThrow('x has 2 entries, 3 are needed');
  });
});

describe('decay', () => {
  it('is e^x for x ≤ 0 to 2e-7, and 0 below −87', () => {
    fc.assert(
      fc.property(fc.float({ min: -87, max: 0, noNaN: true }), (x) => {
        expect(Math.abs(decay(x) / Math.exp(x) - 1)).toBeLessThan(2e-7);
      }),
      { numRuns: 1000 },
    );
    expect([decay(-87.5), decay(Number.NEGATIVE_INFINITY), decay(Number.NaN)]).toEqual([0, 0, Number.NaN]);
  });
});
