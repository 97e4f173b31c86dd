import { readFileSync } from 'node:fs';
import { decodeSafetensors } from '@unbraid/checks/safetensors';
import {
  type AnyGraph,
  cast,
  compile,
  type DType,
  grad,
  input,
  mul,
  reduceSum,
  sizeOf,
  type Tensor,
} from '@unbraid/graph';
import { nodeRuntime } from '@unbraid/graph/node';
import { createRandom } from '@unbraid/kernels';
import type { Mode } from '@unbraid/nn';
import { describe, expect, test } from 'vitest';
import { importOnnx, type OnnxModel } from '../src/index.ts';

/*
 * Modules of PyTorch as its two exporters write them (fixtures/make_gradients.py): imported, they give the same outputs, and the same gradients by
 * inputs and by all that PyTorch counts as parameters.
 */

type Values = Readonly<
  Record<string, { readonly shape: readonly number[]; readonly data: ArrayLike<number | bigint> }>
>;

const { tensors } = decodeSafetensors(
  readFileSync(new URL('./fixtures/gradients.safetensors', import.meta.url)),
  'gradients.safetensors',
);
const runtime = nodeRuntime({ threads: 1 });
const keys = Object.keys(tensors);
const files = keys.filter((key) => key.endsWith('/file')).map((key) => key.slice(0, -'/file'.length));
const caseOf = (file: string): string => file.replace(/-(script|dynamo)\d*$/, '');

/** The numbers of a tensor of the fixture. */
const stored = (key: string) => {
  const tensor = tensors[key];
  if (!tensor) throw new RangeError(`the fixture has no ${key}`);
  return tensor;
};

/** Names below a prefix. */
const below = (prefix: string): string[] =>
  keys.filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));

const isWhole = (data: object): boolean => data instanceof BigInt64Array;

/** The file's own values of its parameters. */
function weightsOf(model: OnnxModel): Values {
  return Object.fromEntries(
    Object.entries(model.params).map(([name, { shape, initializer }]) => {
      const data = new Float32Array(sizeOf(shape));
      initializer.fill(data, createRandom(0), { fanIn: 1, fanOut: 1 });
      return [name, { shape, data }];
    }),
  );
}

/** A mode that counts what follows a batch. */
function trainingMode(updates: Map<Tensor, Tensor>): Mode {
  return {
    training: true,
    update: (current, next) => void updates.set(current, next),
    mask: () => {
      throw new RangeError('no case draws masks in training');
    },
  };
}

const inference: Mode = {
  training: false,
  update: () => undefined,
  mask: () => {
    throw new RangeError('masks are for training');
  },
};

interface Run {
  readonly results: Readonly<Record<string, Float64Array>>;
  /** Names of the parameters that have a gradient here. */
  readonly parameters: readonly string[];
}

/** `y` and, of Σ c·y, `input:<i>` and `param:<name>`; after training also `after:<name>`. */
async function run(file: string): Promise<Run> {
  const name = caseOf(file);
  const training = name.endsWith('-training');
  const model = await importOnnx(stored(`${file}/file`).data as Uint8Array, { name: file });
  const inputs = model.given.map((_, i) => stored(`${name}/input/${i}`));
  const floats = inputs.flatMap(({ data }, i) => (isWhole(data) ? [] : [i]));
  const weights = weightsOf(model);
  const values: Record<string, Values[string]> = {
    ...Object.fromEntries(inputs.map((value, i) => [`x${i}`, value])),
    ...Object.fromEntries(Object.entries(weights).map(([key, value]) => [`p:${key}`, value])),
    c: stored(`${name}/weights`),
  };
  const typeOf = (data: object): DType => (isWhole(data) ? 'int64' : 'float32');
  const leaves = Object.fromEntries(
    Object.entries(values).map(([key, { shape, data }]) => [key, input(key, shape, typeOf(data))]),
  );
  const updates = new Map<Tensor, Tensor>();
  const outputOf = (free: Readonly<Record<string, Tensor>>): Tensor => {
    const all = { ...leaves, ...free };
    const params = Object.fromEntries(Object.keys(weights).map((key) => [key, all[`p:${key}`]!]));
    const given = Object.fromEntries(model.given.map((value, i) => [value.name, all[`x${i}`]!]));
    const mode = training ? trainingMode(updates) : inference;
    return model.run(params, given, [model.output], mode)[model.output]!;
  };
  const wanted = [...floats.map((i) => `x${i}`), ...Object.keys(weights).map((key) => `p:${key}`)];
  const free = Object.fromEntries(wanted.map((key) => [key, leaves[key]!]));
  const y = outputOf(free);
  const loss = (at: Readonly<Record<string, Tensor>>): Tensor =>
    reduceSum(mul(cast(outputOf(at), 'float32'), leaves.c!));
  const slopes = grad(loss)(free);
  const after = Object.entries(weights).flatMap(([key]) => {
    const next = updates.get(leaves[`p:${key}`]!);
    return next ? [[`after:${key}`, next] as const] : [];
  });
  const outputs = {
    y,
    ...Object.fromEntries(wanted.map((key) => [key.replace(/^x/, 'input:').replace(/^p:/, 'param:'), slopes[key]!])),
    ...Object.fromEntries(after),
  };
  const results = await compute({ inputs: leaves, outputs } as unknown as AnyGraph, values);
  return { results, parameters: Object.keys(weights) };
}

async function compute(graph: AnyGraph, values: Values): Promise<Record<string, Float64Array>> {
  const step = await compile(graph as never, runtime);
  const { inputs, outputs } = step as unknown as Record<
    'inputs' | 'outputs',
    Record<string, { data: Float32Array | BigInt64Array }>
  >;
  for (const [name, { data }] of Object.entries(values)) inputs[name]!.data.set(data as never);
  await step.run();
  const results = Object.entries(outputs).map(([name, { data }]) => [name, Float64Array.from(data, Number)] as const);
  await step.release();
  return Object.fromEntries(results);
}

/** The largest difference over the largest number. */
function distance(actual: ArrayLike<number> | undefined, expected: ArrayLike<number | bigint>): number {
  if (actual?.length !== expected.length) return Number.POSITIVE_INFINITY;
  const numbers = Array.from(expected, Number);
  const scale = numbers.reduce((most, x) => Math.max(most, Math.abs(x)), 1e-3);
  return numbers.reduce((most, x, i) => {
    const difference = Math.abs(actual[i]! - x) / scale;
    return Number.isNaN(difference) ? Number.POSITIVE_INFINITY : Math.max(most, difference);
  }, 0);
}

describe.each(files)('%s', (file) => {
  test('gives the outputs and gradients that PyTorch gives', async () => {
    const name = caseOf(file);
    const { results } = await run(file);
    expect(distance(results.y, stored(`${name}/output`).data), 'output').toBeLessThan(1e-5);
    for (const i of below(`${name}/grad/input/`))
      expect(distance(results[`input:${i}`], stored(`${name}/grad/input/${i}`).data), `by input ${i}`).toBeLessThan(
        1e-4,
      );
    for (const key of below(`${file}/grad/`))
      expect(distance(results[`param:${key}`], stored(`${file}/grad/${key}`).data), `by ${key}`).toBeLessThan(1e-4);
    for (const key of below(`${name}/after/`))
      expect(distance(results[`after:${key}`], stored(`${name}/after/${key}`).data), `${key} after`).toBeLessThan(1e-5);
  });
});
