import { readFileSync } from 'node:fs';
import {
  add,
  cast,
  compile,
  constant,
  type DType,
  grad,
  input,
  mul,
  reduceSum,
  sizeOf,
  type Tensor,
} from '@unbraid/graph';
import { nodeRuntime } from '@unbraid/graph/node';
import { initialize } from '@unbraid/nn';
import { describe, expect, test } from 'vitest';
import { importOnnx, type OnnxModel } from '../src/index.ts';

/*
 * One operator a file: imported, it gives what ONNX Runtime gives, and its gradients are those of PyTorch (python/fixtures/onnx_operators.py).
 */

interface Value {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly data: readonly (number | boolean | string)[];
}

interface Case {
  readonly name: string;
  readonly model: string;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly cotangents: readonly (readonly number[] | null)[];
  readonly grads: readonly (readonly number[] | null)[];
  readonly classes?: readonly (string | number)[] | null;
}

const { cases } = JSON.parse(readFileSync(new URL('./fixtures/onnx_operators.json', import.meta.url), 'utf8')) as {
  cases: Case[];
};
const runtime = nodeRuntime({ threads: 1 });

const number = (value: number | boolean | string): number =>
  typeof value === 'string' ? Number(value.replace('inf', 'Infinity')) : Number(value);

/** Outputs as `y0` … and, of the sum of each output times its cotangent, gradients of inputs as `g0` …. */
async function run(each: Case, model: OnnxModel): Promise<Record<string, Float64Array>> {
  const layout = Object.entries(model.params);
  const flat = layout.length > 0 ? initialize(model, 0) : new Float32Array();
  let at = 0;
  const params = Object.fromEntries(
    layout.map(([name, { shape }]) => {
      const from = at;
      at += sizeOf(shape);
      return [name, constant(flat.subarray(from, at), shape)];
    }),
  );
  const xs = each.inputs.map(({ shape, dtype }, i) => input(`x${i}`, shape, dtype as DType));
  const outputsFor = (leaves: readonly Tensor[]) => {
    const given = Object.fromEntries(each.inputs.map(({ name }, i) => [name, leaves[i]!]));
    const found = model.run(params, given);
    return each.outputs.map(({ name }) => found[name]!);
  };
  const wanted = [...xs.keys()].filter((i) => each.grads[i]);
  const loss = (moved: readonly Tensor[]): Tensor =>
    outputsFor(xs.map((x, i) => (wanted.includes(i) ? moved[wanted.indexOf(i)]! : x)))
      .flatMap((y, i) => {
        const cotangent = each.cotangents[i];
        return cotangent ? [reduceSum(mul(y, constant(cotangent, y.shape)))] : [];
      })
      .reduce((a, b) => add(a, b));
  const slopes = wanted.length > 0 ? grad(loss)(wanted.map((i) => xs[i]!)) : [];
  const outputs = Object.fromEntries([
    ...outputsFor(xs).map((y, i) => [`y${i}`, cast(y, 'float64')]),
    ...wanted.map((index, i) => [`g${index}`, cast(slopes[i]!, 'float64')]),
  ]);
  const step = await compile({ inputs: Object.fromEntries(xs.map((x, i) => [`x${i}`, x])), outputs } as never, runtime);
  const buffers = step as unknown as Record<
    'inputs' | 'outputs',
    Record<string, { data: Float64Array | BigInt64Array }>
  >;
  each.inputs.forEach(({ data }, i) => {
    const to = buffers.inputs[`x${i}`]!.data;
    if (to instanceof BigInt64Array) to.set(data.map((value) => BigInt(number(value))));
    else to.set(data.map(number));
  });
  await step.run();
  const results = Object.entries(buffers.outputs).map(([name, { data }]) => [name, Float64Array.from(data, Number)]);
  await step.release();
  return Object.fromEntries(results);
}

/** Entries that differ by more than the digits of float32. */
const differing = (actual: Float64Array, expected: readonly number[]): string[] =>
  expected.flatMap((e, i) => {
    const a = actual[i]!;
    const same = Object.is(a, e) || a === e || Math.abs(a - e) <= 2e-5 * Math.max(1, Math.abs(e));
    return same ? [] : [`${i}: ${a}, not ${e}`];
  });

describe.each(cases)('$name', (each) => {
  test('gives what ONNX Runtime gives, with the gradients that PyTorch gives', async () => {
    const model = await importOnnx(Buffer.from(each.model, 'base64'), { name: each.name });
    const results = await run(each, model);
    each.outputs.forEach(({ data, dtype, name }, i) => {
      const expected =
        dtype === 'object' ? data.map((text) => model.classes!.indexOf(text as string)) : data.map(number);
      expect(differing(results[`y${i}`]!, expected), `output ${name}`).toEqual([]);
    });
    each.grads.forEach((expected, i) => {
      if (expected) expect(differing(results[`g${i}`]!, expected), `gradient of input ${i}`).toEqual([]);
    });
    if (each.classes) expect(model.classes).toEqual(each.classes);
  });
});
