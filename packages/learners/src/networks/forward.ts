import { evaluate, f32, layoutOf, leavesOf, type NdArray, type Tensor, trace } from '@unbraid/graph';
import { type AnyModel, applyModel, describeModel, type ParamSpec } from '@unbraid/nn';

/** Outputs of a network for one row, computed here and now. The array is the same in every call. */
export type Forward = (row: Float32Array) => Float32Array;

/** One step of a network on a row. */
type Stage = (row: Float32Array) => Float32Array;

/**
 * A network as loops in TypeScript, for a single row: no session, nothing to wait for, the same bits on any number of threads. Dense layers and common activations take
 * microseconds; a network with other layers is evaluated node by node, in milliseconds and more.
 * @param params flat; read when a row is computed, so that they may change
 */
export function forwardOf(model: AnyModel, params: Float32Array, inputs: number): Forward {
  return loopsOf(model, params) ?? evaluated(model, params, inputs);
}

interface Described {
  readonly layer: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Undefined where a layer has no loop. */
function loopsOf(model: AnyModel, params: Float32Array): Forward | undefined {
  const { json } = describeModel(model);
  if (json === undefined) return undefined;
  const leaves = layoutOf(model.params, 'params').leaves;
  let next = 0;
  const take = (): Float32Array => {
    const { offset, size } = leaves[next++]!;
    return params.subarray(offset, offset + size);
  };
  const stages: Stage[] = [];
  // Leaves lie in the order of layers.
  const visit = ({ layer, settings }: Described): boolean => {
    if (layer === 'sequential') return (settings.layers as [string, Described][]).every(([, inner]) => visit(inner));
    const stage = stageOf(layer, settings, take);
    if (stage) stages.push(stage);
    return stage !== undefined;
  };
  if (!visit(json as Described)) return undefined;
  return (row) => stages.reduce((x, stage) => stage(x), row);
}

function stageOf(layer: string, settings: Described['settings'], take: () => Float32Array): Stage | undefined {
  if (layer === 'dense') {
    const weight = take();
    return product(weight, settings.bias === false ? undefined : take(), settings.outputs as number);
  }
  if (layer === 'activation') return entrywise(functions[settings.function as string]);
  if (layer === 'flatten') return (row) => row;
  if (layer === 'appendColumns') return appended(take());
  return undefined;
}

function product(weight: Float32Array, bias: Float32Array | undefined, outputs: number): Stage {
  const sums = new Float64Array(outputs);
  const out = new Float32Array(outputs);
  return (row) => {
    if (bias) sums.set(bias);
    else sums.fill(0);
    for (let i = 0; i < row.length; i++) {
      const x = row[i]!;
      const from = i * outputs;
      for (let j = 0; j < outputs; j++) sums[j]! += x * weight[from + j]!;
    }
    out.set(sums);
    return out;
  };
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

const functions: Readonly<Record<string, (x: number) => number>> = {
  tanh: Math.tanh,
  relu: (x) => Math.max(x, 0),
  sigmoid,
  silu: (x) => x * sigmoid(x),
  elu: (x) => (x > 0 ? x : Math.expm1(x)),
};

function entrywise(f: ((x: number) => number) | undefined): Stage | undefined {
  if (f === undefined) return undefined;
  let out = new Float32Array(0);
  return (row) => {
    if (out.length !== row.length) out = new Float32Array(row.length);
    for (let i = 0; i < row.length; i++) out[i] = f(row[i]!);
    return out;
  };
}

function appended(values: Float32Array): Stage {
  let out = new Float32Array(0);
  return (row) => {
    if (out.length !== row.length + values.length) out = new Float32Array(row.length + values.length);
    out.set(row);
    out.set(values, row.length);
    return out;
  };
}

function evaluated(model: AnyModel, params: Float32Array, inputs: number): Forward {
  const specs = { params: model.params as ParamSpec, x: f32(1, inputs) };
  const graph = trace(specs, (tensors) => ({ y: applyModel(model, tensors.params, tensors.x) }));
  const places = layoutOf(model.params, 'params').leaves;
  const tensors = leavesOf<Tensor>(graph.inputs.params).map(({ value }) => value);
  return (row) => {
    const values = new Map<Tensor, NdArray>(
      tensors.map((tensor, i): [Tensor, NdArray] => {
        const { shape, offset, size } = places[i]!;
        const data = Float64Array.from(params.subarray(offset, offset + size));
        return [tensor, { shape, dtype: 'float32', data }];
      }),
    );
    values.set(graph.inputs.x, { shape: [1, inputs], dtype: 'float32', data: Float64Array.from(row) });
    return Float32Array.from(evaluate([graph.outputs.y], values)[0]!.data);
  };
}
