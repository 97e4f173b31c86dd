import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readSafetensors } from '@unbraid/checks/node';
import type { SafeTensor, Safetensors } from '@unbraid/checks/safetensors';
import {
  compile,
  constant,
  type DType,
  grad,
  layoutOf,
  mul,
  type Runtime,
  reduceSum,
  sizeOf,
  spec,
  type Tensor,
  type TensorSpec,
  trace,
} from '@unbraid/graph';
import { initialize } from '@unbraid/nn';
import { exportOnnx, importOnnx, type OnnxModel } from '@unbraid/onnx';

/** How far a model of ours is from the file that it was imported from, relative to the largest entry. */
export interface Comparison {
  readonly name: string;
  readonly parameters: number;
  readonly importSeconds: number;
  /** Outputs against those of ONNX Runtime on the file. */
  readonly outputs: number;
  /** The same of what `exportOnnx` writes, imported again. */
  readonly roundTrip: number;
  /** The parameter whose gradient is farthest from PyTorch's; undefined where the model isn't PyTorch's. */
  readonly gradient?: { readonly name: string; readonly error: number; readonly compared: number };
}

/** Models that `python/models/real_models.py` made. */
export const modelsIn = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((file) => file.endsWith('.onnx') && existsSync(join(folder, file.replace(/onnx$/, 'safetensors'))))
        .map((file) => file.slice(0, -'.onnx'.length))
    : [];

const entriesOf = ({ tensors }: Safetensors, kind: string): [string, SafeTensor][] =>
  Object.entries(tensors).flatMap(([key, tensor]): [string, SafeTensor][] =>
    key.startsWith(`${kind}:`) ? [[key.slice(kind.length + 1), tensor]] : [],
  );

/** Compares one model with what belongs to it. */
export async function compareModel(folder: string, name: string, runtime: Runtime): Promise<Comparison> {
  const path = join(folder, `${name}.onnx`);
  const expected = await readSafetensors(join(folder, `${name}.safetensors`));
  const inputs = Object.fromEntries(entriesOf(expected, 'input'));
  const constants = Object.fromEntries(
    Object.entries(inputs).flatMap(([key, { shape, data }]) => (shape.length === 0 ? [[key, Number(data[0])]] : [])),
  );
  const began = performance.now();
  const model = await importOnnx(path, { constants });
  const params = initialize(model, 0);
  const importSeconds = (performance.now() - began) / 1000;
  const outputs = Object.fromEntries(entriesOf(expected, 'output'));
  const given = Object.fromEntries(Object.entries(inputs).filter(([key]) => !(key in constants)));
  const again = await importOnnx(exportOnnx(model, params), { constants });
  const gradients = Object.fromEntries(entriesOf(expected, 'grad'));
  const result: Comparison = {
    name,
    parameters: params.length,
    importSeconds,
    outputs: await worstOutput(model, params, given, outputs, runtime),
    roundTrip: await worstOutput(again, initialize(again, 0), given, outputs, runtime),
  };
  if (Object.keys(gradients).length === 0) return result;
  return { ...result, gradient: await worstGradient(model, params, given, gradients, runtime) };
}

type Tensors = Readonly<Record<string, SafeTensor>>;

const DTYPES: Readonly<Record<string, DType>> = {
  ...{ F32: 'float32', F64: 'float64', I64: 'int64', I32: 'int32', BOOL: 'bool' },
};

type Named = Readonly<Record<string, Tensor>>;

/** Runs what `outputsOf` makes of the model's parameters and inputs. */
async function run(
  model: OnnxModel,
  params: Float32Array,
  given: Tensors,
  outputsOf: (params: Named, inputs: Named) => Named,
  runtime: Runtime,
): Promise<Record<string, Float32Array>> {
  const names = Object.keys(given);
  const specs = {
    params: model.params,
    ...Object.fromEntries(names.map((key, i) => [`x${i}`, spec(given[key]!.shape, DTYPES[given[key]!.dtype]!)])),
  } as unknown as Readonly<Record<string, TensorSpec>>;
  const graph = trace(specs, (read) => {
    const tensors = read as unknown as Named & { readonly params: Named };
    const { params: own } = tensors;
    return outputsOf(own, Object.fromEntries(names.map((key, i) => [key, tensors[`x${i}`]!])));
  });
  const step = await compile(graph, runtime);
  try {
    step.inputs.params!.float32.set(params);
    names.forEach((key, i) => void (step.inputs[`x${i}`]!.data as Float32Array).set(given[key]!.data as Float32Array));
    await step.run();
    return Object.fromEntries(
      Object.entries(step.outputs).map(([key, { data }]) => [key, Float32Array.from(data as Float32Array)]),
    );
  } finally {
    await step.release();
  }
}

async function worstOutput(
  model: OnnxModel,
  params: Float32Array,
  inputs: Tensors,
  expected: Tensors,
  runtime: Runtime,
): Promise<number> {
  const names = Object.keys(expected);
  const outputsOf = (own: Named, x: Named) => {
    const made = model.run(own, x, names);
    return Object.fromEntries(names.map((key, i) => [`y${i}`, made[key]!]));
  };
  const found = await run(model, params, inputs, outputsOf, runtime);
  return Math.max(...names.map((key, i) => distance(found[`y${i}`]!, expected[key]!.data as Float32Array)));
}

/** Gradients of Σ cos(i) · output[i], as the script takes them. */
async function worstGradient(
  model: OnnxModel,
  params: Float32Array,
  inputs: Tensors,
  expected: Tensors,
  runtime: Runtime,
): Promise<NonNullable<Comparison['gradient']>> {
  const found = await run(
    model,
    params,
    inputs,
    (own, x) => ({
      gradient: grad((at: Named) => {
        const y = model.run(at, x, [model.output])[model.output]!;
        const weights = constant(
          Float64Array.from({ length: sizeOf(y.shape) }, (_, i) => Math.cos(i)),
          y.shape,
        );
        return reduceSum(mul(y, weights));
      })(own) as unknown as Tensor,
    }),
    runtime,
  );
  const tensors = layoutOf(model.params).leaves.flatMap(({ path, offset, size }) => {
    const wanted = expected[path]?.data as Float32Array | undefined;
    return wanted ? [{ name: path, found: found.gradient!.subarray(offset, offset + size), wanted }] : [];
  });
  // Of some parameters nothing depends, such as the bias of attention's keys: what is left of their gradient is rounding.
  const least = LEAST * Math.max(...tensors.map(({ wanted }) => largest(wanted)));
  const errors = tensors.map(({ name, found: own, wanted }) => ({ name, error: distance(own, wanted, least) }));
  const worst = errors.reduce((a, b) => (b.error > a.error ? b : a), { name: 'none', error: 0 });
  return { ...worst, compared: errors.length };
}

/** Gradients below this part of the largest of all are compared with it, and not with themselves. */
const LEAST = 1e-4;

function largest(values: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) most = Math.max(most, Math.abs(values[i]!));
  return most;
}

/** The largest difference, relative to the largest entry, or to `least` where that is larger. */
function distance(found: Float32Array, expected: ArrayLike<number>, least = 0): number {
  if (found.length !== expected.length) return Number.POSITIVE_INFINITY;
  let most = 0;
  for (let i = 0; i < found.length; i++) {
    const difference = Math.abs(found[i]! - expected[i]!);
    if (Number.isNaN(difference)) return Number.POSITIVE_INFINITY;
    most = Math.max(most, difference);
  }
  return most === 0 ? 0 : most / Math.max(largest(expected), least);
}
