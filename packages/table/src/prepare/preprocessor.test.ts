import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { tables } from '../../test/any-table.ts';
import type { Column, DataTable } from '../table.ts';
import { fitPreprocessor } from './fit-preprocessor.ts';
import { preprocessorFromJson } from './json.ts';
import type { Preprocessor } from './preprocessor.ts';
import { selectRows } from './select-rows.ts';
import { type Target, targetOf } from './target.ts';
import type { Unseen } from './write-features.ts';

const day = 86_400_000;
const quiet = { onUnseen: () => {}, onExtra: () => {} };
const number = (name: string, ...values: number[]): Column => ({
  name,
  kind: 'number',
  values: Float64Array.from(values),
});
const text = (name: string, ...entries: (string | undefined)[]): Column => {
  const levels = [...new Set(entries.filter((entry) => entry !== undefined))];
  return {
    name,
    kind: 'text',
    codes: Int32Array.from(entries, (entry) => (entry === undefined ? -1 : levels.indexOf(entry))),
    levels,
  };
};
const tableOf = (...columns: Column[]): DataTable => {
  const [first] = columns;
  return { rows: (first?.kind === 'text' ? first.codes : first?.values)?.length ?? 0, columns };
};
const repeat = <T>(times: number, entry: (i: number) => T): T[] => Array.from({ length: times }, (_, i) => entry(i));

const table: DataTable = {
  rows: 6,
  columns: [
    number('age', 1, 2, Number.NaN, 4, 5, 6),
    { name: 'paid', kind: 'boolean', values: Float64Array.of(1, 0, 1, 1, Number.NaN, 1) },
    { name: 'when', kind: 'date', values: Float64Array.of(0, day, 2 * day, 100 * day, 200 * day, 300 * day + 5) },
    text('city', 'b', 'a', 'b', undefined, 'c', 'a'),
    number('same', ...repeat(6, () => 0.1)),
    number('price', 1.5, 2, 3, Number.NaN, 5, 6),
  ],
};

test('learns from the rows that have a target, and goes through JSON with the same bits', () => {
  const target = targetOf(table, 'price');
  const { preprocessor, x, notices } = fitPreprocessor(selectRows(table, target.rows), { target });
  expect(preprocessor.features).toEqual([
    ...['age', 'age (missing)', 'paid', 'paid (missing)', 'when', 'when (year sin)', 'when (year cos)', 'when=Monday'],
    ...['when=Wednesday', 'when=Thursday', 'when=Friday', 'when=Saturday', 'when (day sin)', 'when (day cos)'],
    ...['city=a', 'city=b', 'city (other)'],
  ]);
  expect(preprocessor.featureColumn[9]).toBe('when');
  expect(preprocessor.kinds).toEqual({ age: 'number', paid: 'boolean', when: 'date', city: 'text' });
  expect(notices).toEqual(['column "same" is left out: it is 0.1 in every row']);
  expect([x.rows, x.cols]).toEqual([5, 17]);
  const again = preprocessorFromJson(JSON.parse(JSON.stringify(preprocessor)));
  const unseen: Unseen[] = [];
  const rows = preprocessor.transform(table, { onUnseen: (each) => unseen.push(each) });
  expect(unseen).toEqual([{ column: 'city', what: 'missing', count: 1, row: 3, example: 'nothing' }]);
  expect(again.transform(table, quiet)).toEqual(rows);
});

describe('of any table', () => {
  const targetFor = (rows: number): Target => ({
    task: 'classification',
    column: 'target',
    labels: Int32Array.from({ length: rows }, (_, i) => i % 3),
    classes: ['p', 'q', 'r'],
    rows: Int32Array.from({ length: rows }, (_, i) => i),
    dropped: 0,
    notices: [],
  });
  const fitted = (given: DataTable, maxLevels: number) => {
    try {
      return fitPreprocessor(given, { target: targetFor(given.rows), maxLevels, folds: 3 });
    } catch (error) {
      expect((error as Error).message).toMatch(/no column is left/);
      return undefined;
    }
  };

  test('features are finite, as many as their names, which differ, and the same whatever the order of rows', () => {
    fc.assert(
      fc.property(tables, fc.constantFrom(2, 32), (given, maxLevels) => {
        const found = fitted(given, maxLevels);
        if (!found) return;
        const { preprocessor, x } = found;
        expect(x.data.every(Number.isFinite)).toBe(true);
        expect(x.cols).toBe(preprocessor.features.length);
        expect(new Set(preprocessor.features).size).toBe(x.cols);
        expect(preprocessor.featureColumn.length).toBe(x.cols);
        // One row after the other, or some of them: transform knows of no other row.
        const whole = preprocessor.transform(given, quiet);
        const reversed = Int32Array.from({ length: given.rows }, (_, i) => given.rows - 1 - i);
        const back = preprocessor.transform(selectRows(given, reversed), quiet);
        reversed.forEach((row, i) => {
          expect(back.data.subarray(i * x.cols, (i + 1) * x.cols)).toEqual(
            whole.data.subarray(row * x.cols, (row + 1) * x.cols),
          );
        });
      }),
    );
  });

  test('JSON keeps the bits', () => {
    fc.assert(
      fc.property(tables, fc.constantFrom(2, 32), (given, maxLevels) => {
        const found = fitted(given, maxLevels);
        if (!found) return;
        const { preprocessor } = found;
        const json = JSON.stringify(preprocessor);
        const again = preprocessorFromJson(JSON.parse(json));
        expect(JSON.stringify(again)).toBe(json);
        expect(again.features).toEqual(preprocessor.features);
        expect(again.transform(given, quiet)).toEqual(preprocessor.transform(given, quiet));
      }),
    );
  });

  test('a changed file is refused in one line, or makes finite features', () => {
    const values = fc.oneof(fc.constantFrom(null, true, '', 'means', 1e308, -1, 0, [], {}), fc.double(), fc.string());
    fc.assert(
      fc.property(
        tables,
        fc.constantFrom(2, 32),
        fc.nat(),
        values,
        fc.boolean(),
        (given, maxLevels, at, value, isRemoved) => {
          const found = fitted(given, maxLevels);
          if (!found) return;
          const json = JSON.parse(JSON.stringify(found.preprocessor)) as object;
          change(json, at, value, isRemoved);
          let loaded: Preprocessor;
          try {
            loaded = preprocessorFromJson(json);
          } catch (error) {
            expect(error).toMatchObject({ code: 'model', name: 'InputError' });
            expect((error as Error).message).toMatch(/^table: this is no saved preprocessor[^\n]*$/);
            return;
          }
          try {
            expect(loaded.transform(given, quiet).data.every(Number.isFinite)).toBe(true);
          } catch (error) {
            // Such as a column under another name.
            expect(error).toMatchObject({ code: 'data', name: 'InputError' });
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});

/** Changes or removes the entry of a number, counted through all of them. */
function change(json: object, at: number, value: unknown, isRemoved: boolean): void {
  const entries: [object, string][] = [];
  const walk = (each: object): void => {
    for (const [key, inner] of Object.entries(each)) {
      entries.push([each, key]);
      if (typeof inner === 'object' && inner !== null) walk(inner);
    }
  };
  walk(json);
  const [inner, key] = entries[at % entries.length]!;
  if (isRemoved && !Array.isArray(inner)) Reflect.deleteProperty(inner, key);
  else Reflect.set(inner, key, value);
}

describe('categories', () => {
  const levels = repeat(200, (i) => `c${i % 40}`);
  const values = Float64Array.from({ length: 200 }, (_, i) => (i % 40) + Math.sin(7 * i));
  const target: Target = {
    task: 'regression',
    column: 'y',
    values,
    rows: Int32Array.from(values.keys()),
    dropped: 0,
    notices: [],
  };

  test('of many levels become means of the target, in which a row of training has no part itself', () => {
    const { preprocessor, x } = fitPreprocessor(tableOf(text('c', ...levels)), { target, folds: 5 });
    expect(preprocessor.features).toEqual(['c (mean of y)']);
    const z = preprocessor.transform(tableOf(text('c', ...levels)), quiet);
    expect([...z.data]).not.toEqual([...x.data]);
    // Another target for one row changes what others get, and not what it gets.
    const changed = { ...target, values: values.map((value, row) => (row === 17 ? value + 1000 : value)) };
    const other = fitPreprocessor(tableOf(text('c', ...levels)), { target: changed, folds: 5 });
    const [plan, otherPlan] = [preprocessor.columns[0]!, other.preprocessor.columns[0]!];
    if (
      plan.use !== 'category' ||
      plan.encoding !== 'means' ||
      otherPlan.use !== 'category' ||
      otherPlan.encoding !== 'means'
    )
      throw new TypeError('no means');
    const raw = (row: number, data: Float32Array, { mean, scale }: { mean: number; scale: number }) =>
      data[row]! * scale + mean;
    expect(raw(17, other.x.data, otherPlan.standardization[0]!)).toBeCloseTo(
      raw(17, x.data, plan.standardization[0]!),
      4,
    );
    const sameLevel = 57;
    expect(
      Math.abs(
        raw(sameLevel, other.x.data, otherPlan.standardization[0]!) - raw(sameLevel, x.data, plan.standardization[0]!),
      ),
    ).toBeGreaterThan(1);
    const unseen = preprocessor.transform(tableOf(text('c', 'never')), quiet);
    expect(raw(0, unseen.data, plan.standardization[0]!)).toBeCloseTo(values.reduce((a, b) => a + b) / 200, 4);
  });

  test('without a target keep their most frequent levels', () => {
    const { preprocessor, notices } = fitPreprocessor(tableOf(text('c', ...levels, 'c3')), { maxLevels: 2 });
    expect(preprocessor.features).toEqual(['c=c0', 'c=c3', 'c (other)']);
    expect(notices).toEqual([
      'column "c" has 40 categories, of which the 2 most frequent have a feature each and the others share one',
    ]);
  });

  test('may be whole numbers that are asked to be', () => {
    const { preprocessor, x } = fitPreprocessor(tableOf(number('n', 3, 1, 3, 1, 2, Number.NaN)), {
      kinds: { n: 'category' },
    });
    expect(preprocessor.features).toEqual(['n=1', 'n=3', 'n (other)', 'n (missing)']);
    expect([...x.data]).toEqual([0, 1, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);
  });

  test('that are different in every row are left out, and free text is refused', () => {
    const names = text('name', ...repeat(40, (i) => `person ${i}`));
    const age = number('age', ...repeat(40, (i) => i % 7));
    const { notices } = fitPreprocessor(tableOf(names, age));
    expect(notices).toEqual([
      'column "name" is left out: it has 40 different values in 40 rows, so none that comes again says anything',
    ]);
    const reviews = text('review', ...repeat(40, (i) => `this is the review number ${i} of a thing that I liked`));
    expect(() => fitPreprocessor(tableOf(reviews, age))).toThrow(
      /^table: column "review" is free text: 40 different texts in 40 rows, .* leave it out/,
    );
    expect(fitPreprocessor(tableOf(reviews, age), { kinds: { review: 'leave-out' } }).notices).toEqual([]);
  });
});

test.each([false, 4] as const)(
  'numbers of any size are standardized, and those far outside are set to a limit (clip: %s)',
  (clip) => {
    const sizes = [1e-30, 1, 1e9, 1e290];
    const columns = sizes.map((size, j) => number(`n${j}`, ...repeat(50, (i) => size * (i % 10))));
    const { preprocessor, x } = fitPreprocessor(
      tableOf(...columns, number('far', ...repeat(50, (i) => 1e12 + (i % 10)))),
      { clip },
    );
    for (let j = 0; j < x.cols; j++) {
      const column = repeat(50, (i) => x.data[i * x.cols + j]!);
      expect(column.reduce((a, b) => a + b) / 50).toBeCloseTo(0, 6);
      expect(column.reduce((a, b) => a + b * b, 0) / 50).toBeCloseTo(1, 5);
    }
    const limit = clip || 1e6;
    const far = tableOf(...[...sizes, 1].map((_, j) => number(j === 4 ? 'far' : `n${j}`, 1.7e308, -1.7e308)));
    expect([...preprocessor.transform(far, quiet).data]).toEqual([
      ...repeat(5, () => limit),
      ...repeat(5, () => -limit),
    ]);
  },
);

test('a heavy tail is told of', () => {
  const { notices } = fitPreprocessor(tableOf(number('pay', 1e6, ...repeat(2000, (i) => i % 100))), { clip: 4 });
  expect(notices[0]).toMatch(/^column "pay" reaches 45 standard deviations/);
});

describe('new tables', () => {
  const { preprocessor } = fitPreprocessor(tableOf(...table.columns.slice(0, 4)));
  const change = (name: string, column: Column | undefined): DataTable => ({
    rows: table.rows,
    columns: table.columns.slice(0, 4).flatMap((each) => (each.name === name ? (column ?? []) : each)),
  });

  test('may have their columns in another order, and others beside', () => {
    const extra: string[] = [];
    const turned = { rows: 6, columns: [...table.columns].reverse() };
    const x = preprocessor.transform(turned, { ...quiet, onExtra: (names) => extra.push(...names) });
    expect(x).toEqual(preprocessor.transform(tableOf(...table.columns.slice(0, 4)), quiet));
    expect(extra).toEqual(['price', 'same']);
  });

  test('in which all of a column is missing may have it as any kind', () => {
    const x = preprocessor.transform(change('age', text('age', ...repeat(6, () => undefined))), quiet);
    const wanted = preprocessor.transform(change('age', number('age', ...repeat(6, () => Number.NaN))), quiet);
    expect(x).toEqual(wanted);
  });

  test.each<[string, DataTable, string, string]>([
    [
      'a column that lacks',
      change('age', number('agee', 1, 2, 3, 4, 5, 6)),
      'data',
      'lacks column age, which training had; what is nearest to "age" and unused is "agee"',
    ],
    [
      'text for numbers',
      change('age', text('age', '1', '2', 'x', '4', '5', '6')),
      'data',
      'column "age" held numbers in training and holds text here, "x" at row 2',
    ],
    [
      'numbers for text',
      change('city', number('city', 1, 2, 3, 4, 5, 6)),
      'data',
      'read it with kinds: { "city": \'text\' }',
    ],
    [
      'infinity',
      change('age', number('age', 1, Infinity, 3, 4, 5, 6)),
      'not-finite',
      'column "age" has Infinity at row 1',
    ],
    [
      'no date',
      change('when', { name: 'when', kind: 'date', values: Float64Array.of(0, 1e17, 0, 0, 0, 0) }),
      'data',
      'column "when" held dates in training',
    ],
    [
      '2 for yes',
      change('paid', number('paid', 1, 0, 2, 1, 0, 1)),
      'data',
      'column "paid" held yes and no in training and holds numbers here, 2 at row 2',
    ],
    [
      'columns of two lengths',
      { rows: 6, columns: [number('age', 1)] },
      'data',
      'column "age" has 1 entries, the table 6 rows',
    ],
    [
      'two columns of one name',
      { rows: 1, columns: [number('age', 1), number('age', 1)] },
      'data',
      'two columns are called "age"',
    ],
  ])('are refused in one line for %s', (_, given, code, message) => {
    expect(() => preprocessor.transform(given, quiet)).toThrow(expect.objectContaining({ code }));
    expect(() => preprocessor.transform(given, quiet)).toThrow(message);
  });

  test('have entries that training had nothing like counted', () => {
    const unseen: Unseen[] = [];
    const { preprocessor: own } = fitPreprocessor(tableOf(text('c', 'a', 'b', 'a', 'b'), number('n', 1, 2, 3, 4)));
    own.transform(tableOf(text('c', 'a', 'z', undefined, 'y'), number('n', Number.NaN, 1, Number.NaN, 2)), {
      onUnseen: (each) => unseen.push(each),
    });
    expect(unseen).toEqual([
      { column: 'c', what: 'level', count: 2, row: 1, example: '"z"' },
      { column: 'c', what: 'missing', count: 1, row: 2, example: 'nothing' },
      { column: 'n', what: 'missing', count: 2, row: 0, example: 'nothing' },
    ]);
  });

  afterEach(() => vi.restoreAllMocks());

  test('warn of them where nothing listens', () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const { preprocessor: own } = fitPreprocessor(tableOf(text('c', 'a', 'b', 'a', 'b')));
    own.transform(tableOf(text('c', 'z'), number('n', 1)));
    expect(warn.mock.calls.map(([line]) => line)).toEqual([
      'table: column "c" has a category that training didn\'t have in 1 row, the first at row 0 (counted from 0): "z"',
      "table: a column that training didn't have: n; ignored",
    ]);
  });
});

test.each<[string, () => unknown, string]>([
  ['no rows', () => fitPreprocessor({ rows: 0, columns: [] }), 'the table has no rows'],
  [
    'no columns',
    () => fitPreprocessor({ rows: 3, columns: [] }),
    'no column is left to learn from; the table has none',
  ],
  [
    'nothing that varies',
    () => fitPreprocessor(tableOf(number('a', 1, 1))),
    'no column is left to learn from: "a" is left out, since it is 1 in every row',
  ],
  [
    'all missing',
    () => fitPreprocessor(tableOf(number('a', Number.NaN))),
    '"a" is left out, since it is missing in all rows',
  ],
  [
    'infinity',
    () => fitPreprocessor(tableOf(number('a', 1, -Infinity))),
    'column "a" has 1 infinite value, the first at row 1',
  ],
  ['numbers too large', () => fitPreprocessor(tableOf(number('a', 1, 1e305))), 'column "a" has 1e+305 at row 1'],
  [
    'an input that is not there',
    () => fitPreprocessor(table, { inputs: ['agee'] }),
    'there is no column "agee"; the nearest are "age"',
  ],
  [
    'kinds of what is not there',
    () => fitPreprocessor(table, { kinds: { agee: 'category' } }),
    'there is no column "agee"',
  ],
  [
    'a kind that cannot be',
    () => fitPreprocessor(table, { kinds: { city: 'number' } }),
    'column "city" holds text and can\'t be used as number; it can be category, or leave-out',
  ],
  [
    'a target of other rows',
    () => fitPreprocessor(table, { target: targetOf(table, 'price') }),
    'the target has 5 rows, the table 6; give the rows of the target',
  ],
  [
    'the target as input',
    () =>
      fitPreprocessor(selectRows(table, targetOf(table, 'price').rows), {
        target: targetOf(table, 'price'),
        inputs: ['price'],
      }),
    'the target "price" is among the inputs',
  ],
  [
    'an unknown option',
    () => fitPreprocessor(table, { maxLevel: 3 } as object),
    'has no setting "maxLevel"; the nearest are maxLevels',
  ],
  ['no table', () => fitPreprocessor([] as never), 'takes a table, { rows, columns }'],
])('refuses %s in one line', (_, call, message) => {
  expect(call).toThrow(message);
  expect(call).toThrow(/^table: [^\n]*$/);
});

test('numbers far from the mean are set to a limit, of the training rows and of others', () => {
  const values = new Float64Array(101).map((_, row) => (row === 100 ? 1000 : row % 2));
  const wide: DataTable = { rows: 101, columns: [{ name: 'a', kind: 'number', values }] };
  const outer: DataTable = { rows: 2, columns: [{ name: 'a', kind: 'number', values: Float64Array.of(1e9, -1e9) }] };
  const first = ({ data }: { readonly data: Float32Array }) => [data[0]!, data[1]!];
  const { preprocessor, x } = fitPreprocessor(wide);
  expect(x.data[100]).toBe(4);
  expect(first(preprocessor.transform(outer))).toEqual([4, -4]);
  const free = fitPreprocessor(wide, { clip: false });
  expect(free.x.data[100]).toBeGreaterThan(9);
  expect(first(free.preprocessor.transform(outer))).toEqual([1e6, -1e6]);
  expect(() => fitPreprocessor(wide, { clip: 0.5 })).toThrow(
    "fitPreprocessor's clip is 0.5; a finite number of at least 1",
  );
});
