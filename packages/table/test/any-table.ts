import fc from 'fast-check';
import type { Column, DataTable } from '../src/index.ts';

const day = 86_400_000;

/** Entries of each kind, missing ones, and far ones among them. */
const kinds = {
  number: fc.oneof(
    { weight: 6, arbitrary: fc.double({ min: -1e3, max: 1e3, noNaN: true }) },
    { weight: 2, arbitrary: fc.integer({ min: 0, max: 3 }) },
    { weight: 1, arbitrary: fc.double({ min: -1e300, max: 1e300, noNaN: true }) },
    { weight: 1, arbitrary: fc.constant(Number.NaN) },
  ),
  boolean: fc.constantFrom(0, 1, 1, Number.NaN),
  date: fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: -40_000 * day, max: 40_000 * day }) },
    { weight: 1, arbitrary: fc.constantFrom(-8.64e15, 8.64e15, 0, day - 1) },
    { weight: 1, arbitrary: fc.constant(Number.NaN) },
  ),
};
const names = ['a', 'é', 'x y', 'prediction', 'model/x', 'prepare/IsNaN_1', ''];
const levels = ['red', 'green', 'Blau', '', '0', '  ', '\u{1F600}'];

const columnOf = (rows: number) =>
  fc.oneof(
    ...(['number', 'boolean', 'date'] as const).map((kind) =>
      fc
        .array(kinds[kind], { minLength: rows, maxLength: rows })
        .map((values) => ({ kind, values: Float64Array.from(values) })),
    ),
    fc
      .array(fc.integer({ min: -1, max: levels.length - 1 }), { minLength: rows, maxLength: rows })
      .map((codes) => ({ kind: 'text' as const, codes: Int32Array.from(codes), levels })),
  );

/** Tables of a few columns of any kind. */
export const tables: fc.Arbitrary<DataTable> = fc
  .tuple(fc.integer({ min: 2, max: 24 }), fc.integer({ min: 1, max: names.length }))
  .chain(([rows, count]) =>
    fc.tuple(...names.slice(0, count).map(() => columnOf(rows))).map((columns) => ({
      rows,
      columns: columns.map((column, j) => ({ name: names[j]!, ...column }) as Column),
    })),
  );
