import { exportOnnx as exportGraph, f32, gemm, type Tensor, trace } from '@unbraid/graph';
import fc from 'fast-check';
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import {
  type DataTable,
  exportPipeline,
  type FitPreprocessorOptions,
  type FittedPreprocessor,
  fitPreprocessor,
  type Preprocessor,
  selectRows,
  type Target,
  targetOf,
} from '../src/index.ts';
import { tables } from './any-table.ts';

const quiet = { onUnseen: () => {}, onExtra: () => {} };

/** A model whose outputs are x · w + b. */
function linearModel(features: number, outputs: number, weight: (i: number, j: number) => number): Uint8Array {
  const w = Float32Array.from({ length: features * outputs }, (_, k) => weight(Math.floor(k / outputs), k % outputs));
  const graph = (batch: number) =>
    trace({ w: f32(features, outputs), b: f32(outputs), x: f32(batch, features) }, (each): { y: Tensor } => ({
      y: gemm(each.x, each.w, each.b),
    }));
  return exportGraph({ graph }, { constants: { w: { data: w }, b: { data: new Float32Array(outputs) } } });
}

/** Raw columns as inputs of a pipeline. */
function feeds({ columns }: Preprocessor, session: InferenceSession, table: DataTable): Record<string, OrtTensor> {
  const used = columns.filter(({ use }) => use !== 'leave-out');
  return Object.fromEntries(
    used.map(({ name }, at) => {
      const column = table.columns.find((each) => each.name === name)!;
      const input = session.inputNames[at]!;
      const shape = [table.rows, 1];
      if (column.kind !== 'text') return [input, new OrtTensor('float64', column.values, shape)];
      return [
        input,
        new OrtTensor(
          'string',
          Array.from(column.codes, (code) => column.levels[code] ?? ''),
          shape,
        ),
      ];
    }),
  );
}

/** The features as the exported graph makes them. */
async function featuresInGraph(preprocessor: Preprocessor, table: DataTable): Promise<Float32Array> {
  const features = preprocessor.features.length;
  const model = linearModel(features, features, (i, j) => Number(i === j));
  const session = await InferenceSession.create(exportPipeline({ preprocessor, model }));
  const results = await session.run(feeds(preprocessor, session, table));
  await session.release();
  return results[session.outputNames[0]!]!.data as Float32Array;
}

/** Fits where there is something to learn from. */
function tryFit(table: DataTable, options: FitPreprocessorOptions): FittedPreprocessor | undefined {
  try {
    return fitPreprocessor(table, options);
  } catch (error) {
    expect((error as Error).message).toMatch(/^table: .*(no column is left|is free text)/);
    return undefined;
  }
}

test('the exported graph makes the features that transform does, of any table', async () => {
  await fc.assert(
    fc.asyncProperty(tables, tables, fc.constantFrom(2, 3, 10), async (train, other, maxLevels) => {
      const values = Float64Array.from({ length: train.rows }, (_, i) => Math.sin(i));
      const rows = Int32Array.from({ length: train.rows }, (_, i) => i);
      const target: Target = { task: 'regression', column: 'y', values, rows, dropped: 0, notices: [] };
      const kinds = Object.fromEntries(
        train.columns.flatMap(({ name, kind }, j) =>
          kind === 'number' && j % 2 === 1 ? [[name, 'category' as const]] : [],
        ),
      );
      const fitted = tryFit(train, { target, maxLevels, kinds });
      if (!fitted) return;
      const { preprocessor } = fitted;
      // The other table's columns where they are of the same kind: new levels and numbers, missing ones where training had none.
      const columns = train.columns.map((column) => {
        const found = other.columns.find(({ name }) => name === column.name);
        return found?.kind === column.kind && other.rows >= train.rows
          ? selectRows({ ...other, columns: [found] }, rows).columns[0]!
          : column;
      });
      const test = { rows: train.rows, columns };
      const wanted = preprocessor.transform(test, quiet).data;
      expect(wanted.every(Number.isFinite)).toBe(true);
      const got = await featuresInGraph(preprocessor, test);
      expect(got.length).toBe(wanted.length);
      // Sines may differ in their last bits, and zeros in their sign.
      wanted.forEach((value, i) => {
        const isSine = / (sin|cos)\)/.test(preprocessor.features[i % preprocessor.features.length]!);
        if (isSine) expect(Math.abs(got[i]! - value)).toBeLessThan(1e-6);
        else expect(got[i]! + 0).toBe(value + 0);
      });
    }),
    { numRuns: 120 },
  );
});

const animals: DataTable = {
  rows: 6,
  columns: [
    { name: 'weight', kind: 'number', values: Float64Array.of(1, 2, 3, 10, 11, 12) },
    { name: 'label', kind: 'text', codes: Int32Array.of(0, 1, 0, 1, 0, 1), levels: ['big', 'small'] },
    { name: 'animal', kind: 'text', codes: Int32Array.of(0, 0, 0, 1, 1, 2), levels: ['cat', 'dog', 'Żubr'] },
  ],
};

async function classify(options: Pick<Parameters<typeof exportPipeline>[0], 'classes' | 'outputs'>, outputs: number) {
  const target = targetOf(animals, 'animal');
  const { preprocessor } = fitPreprocessor(animals, { target });
  const weight = (i: number, j: number): number => Math.cos(3 * i + j + 1);
  const model = linearModel(preprocessor.features.length, outputs, weight);
  const session = await InferenceSession.create(exportPipeline({ preprocessor, model, ...options }));
  const results = await session.run(feeds(preprocessor, session, animals));
  const x = preprocessor.transform(animals);
  const scores = Array.from({ length: x.rows }, (_, row) =>
    Array.from({ length: outputs }, (_, j) =>
      Array.from({ length: x.cols }, (_, i) => x.data[row * x.cols + i]! * weight(i, j)).reduce((a, b) => a + b),
    ),
  );
  return { results, scores, names: session.outputNames };
}

test('gives class names and probabilities of logits, under names that no column has', async () => {
  const classes = ['cat', 'dog', 'Żubr'];
  const { results, scores, names } = await classify({ classes }, 3);
  expect(names).toEqual(['label_2', 'probabilities']);
  const softmax = scores.map((row) => {
    const powers = row.map(Math.exp);
    return powers.map((power) => power / powers.reduce((a, b) => a + b));
  });
  expect(results.label_2!.data).toEqual(scores.map((row) => classes[row.indexOf(Math.max(...row))]));
  softmax.flat().forEach((value, i) => {
    expect((results.probabilities!.data as Float32Array)[i]).toBeCloseTo(value, 5);
  });
});

test.each(['logits', 'probabilities', 'scores'] as const)(
  'takes one output of %s as the second class of two',
  async (outputs) => {
    const { results, scores } = await classify({ classes: ['no', 'yes'], outputs }, 1);
    const values = scores.map(([score]) => score!);
    const both = {
      logits: (score: number) => [1 / (1 + Math.exp(score)), 1 / (1 + Math.exp(-score))],
      probabilities: (score: number) => [1 - score, score],
      scores: (score: number) => [-score, score],
    }[outputs];
    const expected = values.map(both);
    expect(results.label_2!.data).toEqual(expected.map(([no, yes]) => (yes! > no! ? 'yes' : 'no')));
    expected.flat().forEach((value, i) => {
      expect((results[outputs === 'scores' ? 'scores' : 'probabilities']!.data as Float32Array)[i]).toBeCloseTo(
        value!,
        5,
      );
    });
  },
);

test('refuses models that do not fit, in one line', () => {
  const { preprocessor } = fitPreprocessor(animals, { inputs: ['weight'] });
  const fitting = linearModel(1, 2, () => 1);
  const refused = (options: object) => expect(() => exportPipeline({ preprocessor, model: fitting, ...options }));
  refused({ model: linearModel(3, 2, () => 1) }).toThrow('the model takes 3 features, the preprocessor makes 1');
  refused({ classes: ['a', 'b', 'c'] }).toThrow('the model gives 2 outputs for 3 classes');
  refused({ classes: ['a', 'a'] }).toThrow('two classes have the same name');
  refused({ outputs: 'logits' }).toThrow('outputs are logits and no classes are given');
  refused({ classes: ['a', 'b'], outputs: 'quantities' }).toThrow('outputs are quantities and classes are given');
  refused({ model: new Uint8Array(8) }).toThrow(/^onnx: /);
  refused({ model: 'model.onnx' }).toThrow("exportPipeline's model is");
});
