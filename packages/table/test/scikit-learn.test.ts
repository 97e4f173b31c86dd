import { readFileSync } from 'node:fs';
import type { Matrix } from '@unbraid/data';
import { describe, expect, test } from 'vitest';
import {
  type DataTable,
  fitPreprocessor,
  partialDependence,
  permutationImportance,
  type Target,
} from '../src/index.ts';
import { crossFittedMeans, levelMeans, targetNumbers } from '../src/prepare/target-means.ts';

interface Numbers {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

type Gaps = readonly (number | null)[];
type Curve = Readonly<Record<'grid' | 'mean' | 'low' | 'high', readonly (number & string)[]>>;

const fixture = JSON.parse(readFileSync(new URL('fixtures/preprocessing.json', import.meta.url), 'utf8')) as {
  readonly numbers: {
    readonly train: readonly Gaps[];
    readonly test: readonly Gaps[];
    readonly scaled: Readonly<Record<'train' | 'test', Numbers>>;
    readonly missing: Readonly<Record<'train' | 'test', Numbers>>;
  };
  readonly categories: Readonly<
    Record<'train' | 'test', { readonly texts: readonly (string | null)[]; readonly features: Numbers }>
  > & { readonly names: readonly string[] };
  readonly means: readonly {
    readonly codes: readonly number[];
    readonly levels: number;
    readonly target: readonly number[];
    readonly classes: number;
    readonly smooth: number;
    readonly fold: readonly number[];
    readonly fitted: Numbers;
    readonly encoded: Numbers;
    readonly overall: readonly number[];
  }[];
  readonly importance: {
    readonly rows: { readonly a: readonly number[]; readonly b: readonly number[]; readonly c: readonly string[] };
    readonly y: readonly number[];
    readonly score: number;
    readonly mean: readonly number[];
    readonly deviation: readonly number[];
  };
  readonly dependence: Readonly<Record<'a' | 'c', Curve>>;
};

const quiet = { onUnseen: () => {}, onExtra: () => {} };

function numberTable(columns: readonly Gaps[]): DataTable {
  return {
    rows: columns[0]!.length,
    columns: columns.map((values, j) => ({
      name: `n${j}`,
      kind: 'number',
      values: Float64Array.from(values, (value) => value ?? Number.NaN),
    })),
  };
}

function textTable(name: string, texts: readonly (string | null)[]): DataTable {
  const levels = [...new Set(texts.filter((text) => text !== null))];
  return {
    rows: texts.length,
    columns: [
      {
        name,
        kind: 'text',
        codes: Int32Array.from(texts, (text) => (text === null ? -1 : levels.indexOf(text))),
        levels,
      },
    ],
  };
}

/** The columns of a matrix whose names are these, in their order. */
function columnsOf(features: readonly string[], x: Matrix, names: readonly string[]): number[] {
  const places = names.map((name) => features.indexOf(name));
  return Array.from({ length: x.rows }, (_, row) => places.map((at) => x.data[row * x.cols + at]!)).flat();
}

const close = (got: readonly number[], wanted: readonly number[]): void => {
  expect(got.length).toBe(wanted.length);
  got.forEach((value, i) => {
    expect(Math.abs(value - wanted[i]!)).toBeLessThanOrEqual(2e-7 * Math.max(1, Math.abs(wanted[i]!)));
  });
};

describe('as scikit-learn', () => {
  test('numbers get the median where they are missing, are standardized, and say that they were missing', () => {
    const { train, test: other, scaled, missing } = fixture.numbers;
    const { preprocessor, x } = fitPreprocessor(numberTable(train));
    const names = train.map((_, j) => `n${j}`);
    const indicators = names.slice(0, 3).map((name) => `${name} (missing)`);
    expect(preprocessor.features).toEqual(['n0', 'n0 (missing)', 'n1', 'n1 (missing)', 'n2', 'n2 (missing)', 'n3']);
    const z = preprocessor.transform(numberTable(other), quiet);
    close(columnsOf(preprocessor.features, x, names), scaled.train.data);
    close(columnsOf(preprocessor.features, z, names), scaled.test.data);
    close(columnsOf(preprocessor.features, x, indicators), missing.train.data);
    close(columnsOf(preprocessor.features, z, indicators), missing.test.data);
  });

  test('categories get a feature each, rare and unseen ones share one, missing ones have their own', () => {
    const { train, test: other, names } = fixture.categories;
    const { preprocessor, x } = fitPreprocessor(textTable('c', train.texts));
    const ours = names.map((name) =>
      name === 'c_None' ? 'c (missing)' : name === 'c_infrequent_sklearn' ? 'c (other)' : name.replace('_', '='),
    );
    expect([...preprocessor.features].sort()).toEqual([...ours].sort());
    expect(columnsOf(preprocessor.features, x, ours)).toEqual(train.features.data);
    const z = preprocessor.transform(textTable('c', other.texts), quiet);
    expect(columnsOf(preprocessor.features, z, ours)).toEqual(other.features.data);
  });

  test.each(fixture.means)(
    'means of a target of $classes classes by $levels levels, and cross-fitted ones',
    (means) => {
      const codes = Int32Array.from(means.codes);
      const rows = codes.map((_, i) => i);
      const common = { column: 'y', rows, dropped: 0, notices: [] };
      const target: Target =
        means.classes > 0
          ? {
              ...common,
              task: 'classification',
              labels: Int32Array.from(means.target),
              classes: Array.from({ length: means.classes }, (_, c) => String(c)),
            }
          : { ...common, task: 'regression', values: Float64Array.from(means.target) };
      const { columns } = targetNumbers(target);
      const width = columns.length;
      columns.forEach((values, k) => {
        const every = (from: Numbers): number[] => from.data.filter((_, i) => i % width === k);
        const { means: got, overall } = levelMeans(codes, means.levels, values, means.smooth);
        close([...got], every(means.encoded));
        close([overall], [means.overall[k]!]);
        const fold = Int32Array.from(means.fold);
        close([...crossFittedMeans(codes, means.levels, values, means.smooth, fold)], every(means.fitted));
      });
    },
  );
});

const { rows, y } = fixture.importance;
const table: DataTable = {
  rows: y.length,
  columns: [
    { name: 'a', kind: 'number', values: Float64Array.from(rows.a) },
    { name: 'b', kind: 'number', values: Float64Array.from(rows.b) },
    textTable('c', rows.c).columns[0]!,
  ],
};

function predict({ rows: count, columns }: DataTable): Matrix {
  const [a, b, c] = columns;
  if (a?.kind !== 'number' || b?.kind !== 'number' || c?.kind !== 'text')
    throw new TypeError('not the columns of the fixture');
  const ofC: Readonly<Record<string, number>> = { x: 1.5, y: -0.5, z: 0 };
  const data = Float32Array.from(
    { length: count },
    (_, i) => Math.sin(2 * a.values[i]!) + a.values[i]! * b.values[i]! + ofC[c.levels[c.codes[i]!]!]!,
  );
  return { data, rows: count, cols: 1 };
}

describe('explains as scikit-learn', () => {
  test('importance by permutation, up to what chance makes of the repeats', async () => {
    const { score, mean, deviation } = fixture.importance;
    const values = Float64Array.from(y);
    const target: Target = {
      task: 'regression',
      column: 'y',
      values,
      rows: Int32Array.from(y.keys()),
      dropped: 0,
      notices: [],
    };
    const repeats = 400;
    const found = await permutationImportance({ table, target, predict, repeats });
    expect(found.score).toBeCloseTo(score, 6);
    ['a', 'b', 'c'].forEach((name, j) => {
      const { mean: got, least, most, falls } = found.columns.find(({ column }) => column === name)!;
      // Both are means of 400 repeats, so their difference has √2 times the error of one.
      const error = (deviation[j]! * Math.SQRT2) / Math.sqrt(repeats);
      expect(Math.abs(got - mean[j]!)).toBeLessThan(4.5 * error);
      const spread = Math.sqrt(falls.reduce((sum, fall) => sum + (fall - got) ** 2, 0) / repeats);
      expect(spread / deviation[j]!).toBeGreaterThan(0.8);
      expect(spread / deviation[j]!).toBeLessThan(1.25);
      expect([least, most]).toEqual([Math.min(...falls), Math.max(...falls)]);
    });
    const order = ['a', 'b', 'c'].sort((p, q) => mean['abc'.indexOf(q)]! - mean['abc'.indexOf(p)]!);
    expect(found.columns.map(({ column }) => column)).toEqual(order);
  });

  test.each(['a', 'c'] as const)('partial dependence on %s, and where the middle 80 % of rows are', async (column) => {
    const { grid, mean, low, high } = fixture.dependence[column];
    const found = await partialDependence({ table, column, predict, grid });
    expect(found).toMatchObject({ column, grid, rows: y.length, kind: column === 'a' ? 'number' : 'text' });
    const near = (got: Matrix, wanted: readonly number[]) =>
      wanted.forEach((value, i) => {
        expect(got.data[i]).toBeCloseTo(value, 5);
      });
    near(found.mean, mean);
    near(found.low, low);
    near(found.high, high);
  });
});
