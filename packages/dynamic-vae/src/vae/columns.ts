import { count, finite, InputError } from '@unbraid/checks';
import { cast, constant, equal, gather, type Tensor, where } from '@unbraid/graph';
import * as z from 'zod';

/** A quantity: any number. Scale such columns first (`fitStandardization` of `@unbraid/data`), or those with large units outweigh the others. */
export interface GaussianColumn {
  readonly kind: 'gaussian';
  /** σ²; learnt where it is left out. */
  readonly variance?: number | undefined;
}

/** A column of 0 and 1, or of chances between. */
export interface BernoulliColumn {
  readonly kind: 'bernoulli';
}

/** A column of one of `categories` kinds, numbered from 0. */
export interface CategoricalColumn {
  readonly kind: 'categorical';
  readonly categories: number;
}

/** What a column of a table is. */
export type Column = GaussianColumn | BernoulliColumn | CategoricalColumn;

/** At least one column. */
export const columnsSchema = z
  .array(
    z.union(
      [
        z.strictObject({ kind: z.literal('gaussian'), variance: finite({ above: 0 }).optional() }),
        z.strictObject({ kind: z.literal('bernoulli') }),
        z.strictObject({ kind: z.literal('categorical'), categories: count() }),
      ],
      { error: "{ kind: 'gaussian' }, { kind: 'bernoulli' } or { kind: 'categorical', categories }" },
    ),
  )
  .min(1, { error: 'a list of at least one column' });

const widthOf = (column: Column): number => (column.kind === 'categorical' ? column.categories : 1);

/** Numbers that an encoder gets, and a decoder gives, for a row of such columns: one for a quantity or a chance, one for each category. */
export const columnWidth = (columns: readonly Column[]): number =>
  columns.reduce((sum, column) => sum + widthOf(column), 0);

/** A column with its place among the rows' and among the spread-out ones. */
export interface PlacedColumn<C extends Column = Column> {
  readonly column: C;
  /** Its place in a row. */
  readonly at: number;
  /** Where its numbers begin when categories are spread out. */
  readonly from: number;
}

/** The columns with their places. */
export function placed(columns: readonly Column[]): PlacedColumn[] {
  let from = 0;
  return columns.map((column, at) => {
    const one = { column, at, from };
    from += widthOf(column);
    return one;
  });
}

/** Rows `[rows, columns]` with every category as a column of 0 and 1 of its own: `[rows, columnWidth]`. */
export function expandColumns(columns: readonly Column[], x: Tensor): Tensor {
  if (columns.every(({ kind }) => kind !== 'categorical')) return x;
  const spread = placed(columns).flatMap(({ column, at }) =>
    column.kind === 'categorical'
      ? Array.from({ length: column.categories }, (_, category) => ({ at, category }))
      : [{ at, category: -1 }],
  );
  const numbers = (values: number[]) => constant(values, [values.length]);
  const source = gather(
    x,
    constant(
      spread.map(({ at }) => at),
      [spread.length],
      'int32',
    ),
    1,
  );
  const category = numbers(spread.map((one) => one.category));
  const isKind = equal(numbers(spread.map((one) => Number(one.category >= 0))), constant(1));
  return where(isKind, cast(equal(source, category), 'float32'), source);
}

/** @throws {InputError} `data`, for a number that is not finite, a chance outside [0, 1], or a category that there is not */
export function checkColumns(columns: readonly Column[], what: string, data: Float32Array): void {
  for (let i = 0; i < data.length; i++) {
    const at = i % columns.length;
    const needed = refusal(columns[at]!, data[i]!);
    if (needed === undefined) continue;
    const place = `row ${Math.floor(i / columns.length)}, column ${at} (counted from 0)`;
    throw new InputError('data', `dynamic-vae: ${what}: ${place} is ${data[i]}; ${needed} is needed`);
  }
}

function refusal(column: Column, value: number): string | undefined {
  if (column.kind === 'gaussian') return Number.isFinite(value) ? undefined : 'a finite number';
  if (column.kind === 'bernoulli') return value >= 0 && value <= 1 ? undefined : 'a number in [0, 1]';
  const { categories } = column;
  return Number.isInteger(value) && value >= 0 && value < categories
    ? undefined
    : `a category from 0 to ${categories - 1}`;
}
