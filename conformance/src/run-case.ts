import { compile, constant, input, type NdArray, type Runtime, sizeOf, type Tensor } from '@unbraid/graph';
import { createRandom } from '@unbraid/kernels';
import type { Mode } from '@unbraid/nn';
import { importOnnx, type OnnxModel } from '@unbraid/onnx';
import { type Case, type DataSet, dtypeOf, type Suite, type Value } from './cases.ts';

/** Which inputs of a test are values known when its graph is built, as exporters write shapes and axes. */
export type Binding = (typeof bindings)[number]['name'];

/** In the order in which they are tried. */
const bindings = [
  { name: 'no', known: () => false },
  { name: 'whole numbers', known: ({ type }: Value) => !type.includes('float') },
  { name: 'all but the first', known: (_: Value, at: number) => at > 0 },
  { name: 'all', known: () => true },
] as const;

/** A test's graph, with inputs `x0` …, parameters `w0` … and outputs `y0` …. */
export interface Built {
  readonly binding: Binding;
  readonly inputs: Readonly<Record<string, Tensor>>;
  readonly outputs: Readonly<Record<string, Tensor>>;
  readonly values: Readonly<Record<string, NdArray>>;
  /** The model for other tensors in place of the inputs. */
  run(inputs: Readonly<Record<string, Tensor>>): Readonly<Record<string, Tensor>>;
}

const mode: Mode = {
  training: false,
  update: () => undefined,
  mask: () => {
    throw new Error('conformance: a random mask is asked for');
  },
};

/** The graph of a test for one of its data sets. @throws as the import does */
export async function build(suite: Suite, each: Case, set: DataSet): Promise<Built> {
  const model = await importOnnx(suite.modelOf(each), { name: each.name });
  let refused: unknown;
  for (const { name, known } of bindings) {
    try {
      return graphOf(suite, model, set, name, known);
    } catch (error) {
      refused ??= error;
    }
  }
  throw refused;
}

function graphOf(
  suite: Suite,
  model: OnnxModel,
  set: DataSet,
  binding: Binding,
  known: (value: Value, at: number) => boolean,
): Built {
  const values = set.inputs.map((value) => suite.valueOf(value));
  const weights = Object.entries(model.params).map(([name, { shape, initializer }], i) => {
    const out = new Float32Array(sizeOf(shape));
    initializer.fill(out, createRandom(0), { fanIn: 1, fanOut: 1 });
    const data = Float64Array.from(out);
    return { name, own: `w${i}`, value: { shape, dtype: 'float32', data } satisfies NdArray };
  });
  // ONNX Runtime takes no input without entries.
  const free = set.inputs.flatMap((value, i) => (known(value, i) || values[i]!.data.length === 0 ? [] : [i]));
  const fixed = Object.fromEntries(
    set.inputs.flatMap(({ name }, i) =>
      free.includes(i) ? [] : [[name, constant(values[i]!.data, values[i]!.shape, values[i]!.dtype)]],
    ),
  );
  const read = [
    ...free.map((i) => [`x${i}`, values[i]!] as const),
    ...weights.map(({ own, value }) => [own, value] as const),
  ];
  const inputs = Object.fromEntries(read.map(([name, { shape, dtype }]) => [name, input(name, shape, dtype)] as const));
  const run: Built['run'] = (given) => {
    const params = Object.fromEntries(weights.map(({ name, own }) => [name, given[own]!]));
    const named = Object.fromEntries(free.map((i) => [set.inputs[i]!.name, given[`x${i}`]!]));
    const results = model.run(
      params,
      { ...fixed, ...named },
      set.outputs.map(({ name }) => name),
      mode,
    );
    return Object.fromEntries(set.outputs.map(({ name }, i) => [`y${i}`, results[name]!]));
  };
  return {
    binding,
    inputs,
    outputs: run(inputs),
    values: Object.fromEntries(read),
    run,
  };
}

/** What is wrong with what a test's graph gives; undefined where nothing is. */
export async function compare(
  suite: Suite,
  each: Case,
  set: DataSet,
  built: Built,
  runtime: Runtime,
): Promise<string | undefined> {
  const results = await runGraph(built, runtime);
  for (const [i, value] of set.outputs.entries()) {
    const wrong = difference(results[`y${i}`]!, suite.valueOf(value), each, value);
    if (wrong) return `output ${value.name}: ${wrong}`;
  }
  return undefined;
}

async function runGraph({ inputs, outputs, values }: Built, runtime: Runtime): Promise<Record<string, NdArray>> {
  const filled = Object.fromEntries(Object.entries(outputs).filter(([, { shape }]) => sizeOf(shape) > 0));
  const used = Object.fromEntries(Object.entries(inputs).filter(([, { shape }]) => sizeOf(shape) > 0));
  const results: Record<string, NdArray> = {};
  for (const [name, { shape, dtype }] of Object.entries(outputs))
    results[name] = { shape, dtype, data: new Float64Array() };
  if (Object.keys(filled).length === 0) return results;
  const step = await compile({ inputs: used, outputs: filled } as never, runtime);
  try {
    const buffers = step as unknown as Record<
      'inputs' | 'outputs',
      Record<string, { data: Float64Array | BigInt64Array }>
    >;
    for (const name of Object.keys(used)) {
      const to = buffers.inputs[name]!.data;
      const { data } = values[name]!;
      if (to instanceof BigInt64Array) to.set(BigInt64Array.from(data, (x) => BigInt(x)));
      else to.set(data);
    }
    await step.run();
    for (const [name, { shape, dtype }] of Object.entries(filled)) {
      results[name] = { shape, dtype, data: Float64Array.from(buffers.outputs[name]!.data, Number) };
    }
  } finally {
    await step.release();
  }
  return results;
}

/** As `numpy.testing.assert_allclose` compares, with the tolerances of onnx's own runner. */
function difference(actual: NdArray, expected: NdArray, { rtol, atol }: Case, { type }: Value): string | undefined {
  if (actual.shape.join() !== expected.shape.join()) return `shape [${actual.shape}] instead of [${expected.shape}]`;
  if (actual.dtype !== dtypeOf(type)) return `type ${actual.dtype} instead of ${type}`;
  // Here float32 holds what is float16 or bfloat16 in the file; of the latter two units in the last place, as onnx's own runner has it.
  const given = type === 'float16' ? actual.data.map(toHalf) : actual.data;
  const relative = type === 'bfloat16' ? Math.max(rtol, 2 ** -6) : rtol;
  const at = expected.data.findIndex((e, i) => {
    const a = given[i]!;
    if (Number.isNaN(e) || Number.isNaN(a)) return Number.isNaN(e) !== Number.isNaN(a);
    return a !== e && !(Math.abs(a - e) <= atol + relative * Math.abs(e));
  });
  return at < 0 ? undefined : `${given[at]} instead of ${expected.data[at]} at ${at} of ${expected.data.length}`;
}

/** The nearest number of float16: 11 digits of a binary number from 2⁻¹⁴ on, multiples of 2⁻²⁴ below. */
function toHalf(x: number): number {
  const unit = 2 ** (Math.max(Math.floor(Math.log2(Math.abs(x))), -14) - 10);
  const rounded = Math.round(x / unit) * unit;
  if (!Number.isFinite(unit) || x === 0) return x;
  return Math.abs(rounded) > 65504 ? Math.sign(x) * Number.POSITIVE_INFINITY : rounded;
}
