import { InputError } from '@unbraid/checks';
import { encode } from '../dtype.ts';
import type { AnyGraph } from '../trace.ts';
import { emit } from './emit.ts';
import type { OnnxConstant, OnnxGraph, OnnxNode, OnnxValue } from './encode.ts';

/** A batch axis that the file leaves open. */
export interface OpenBatch {
  /** The graph for a given batch size. */
  readonly graph: (batch: number) => AnyGraph;
  /** Name of the open dimension in the file; `batch` by default. */
  readonly dimension?: string;
}

/** Sizes to compare: primes, so that no product of a graph's own sizes is taken for one of them. */
const SIZES = [101, 103, 107] as const;

/** The batch size, an int64 of shape [1]. */
const BATCH = 'batch-size';

/** The shape of a scalar. */
const NO_AXES = 'no-axes';

/** The type that ONNX's `Cast` calls float32 and float64. */
const CAST = { float32: 1, float64: 11 } as const;

/**
 * One model for all batch sizes: that of three sizes, whose shapes and constants may differ as far as they are a multiple of the size
 * and an addend (shapes, counts of rows) or a share of it (means over the batch); those are computed from the input's shape.
 * @throws {InputError} `graph`, when the graphs differ in anything else, or no input has a batch axis
 */
export function emitOpenBatch({ graph, dimension = 'batch' }: OpenBatch): OnnxGraph {
  const models = SIZES.map((size) => emit(graph(size), '', { openSizes: true }));
  const model: OnnxGraph = models[0]!;
  if (new Set(models.map(structureOf)).size > 1) throw dependsOnBatch();
  const inputs = openValues(
    models.map(({ inputs }) => inputs),
    dimension,
  );
  const outputs = openValues(
    models.map(({ outputs }) => outputs),
    dimension,
  );
  const computed = model.constants.map((constant, i) =>
    fromBatch(
      constant,
      models.map(({ constants }) => constants[i]!),
    ),
  );
  const nodes = computed.flatMap((made) => made?.nodes ?? []);
  return {
    nodes: [...(nodes.length > 0 ? batchSize(inputs, dimension) : []), ...nodes, ...model.nodes],
    constants: [
      ...model.constants.flatMap((constant, i) => computed[i]?.constants ?? constant),
      ...(nodes.some(({ inputs }) => inputs.includes(NO_AXES)) ? [int64s(NO_AXES, [])] : []),
    ],
    inputs,
    outputs,
  };
}

const dependsOnBatch = () =>
  new InputError(
    'graph',
    'exportOnnx: the graph depends on the batch size, so it can only be exported for a fixed one',
  );

const structureOf = ({ nodes, constants, inputs, outputs }: OnnxGraph): string =>
  JSON.stringify([
    nodes,
    constants.map(({ name, dtype, shape }) => [name, dtype, shape]),
    [...inputs, ...outputs].map(({ name, dtype, shape }) => [name, dtype, shape.length]),
  ]);

/** Values with their open axes named: `batch` where the size is the batch's, `2*batch+1` where it is computed from it. */
function openValues(versions: readonly (readonly OnnxValue[])[], dimension: string): OnnxValue[] {
  return versions[0]!.map((value, i) => ({
    ...value,
    shape: value.shape.map((size, axis) => {
      const line = lineThrough(versions.map((values) => Number(values[i]!.shape[axis])));
      if (!line) throw dependsOnBatch();
      if (line.slope === 0) return size;
      const times = line.slope === 1 ? dimension : `${line.slope}*${dimension}`;
      return line.start === 0 ? times : `${times}+${line.start}`;
    }),
  }));
}

/** Whole numbers `start + slope · size` through the values at the three sizes, if there are such. */
function lineThrough(values: readonly number[]): { readonly start: number; readonly slope: number } | undefined {
  const slope = (values[1]! - values[0]!) / (SIZES[1] - SIZES[0]);
  const start = values[0]! - slope * SIZES[0];
  const fits = Number.isInteger(slope) && values.every((value, i) => value === start + slope * SIZES[i]!);
  return fits ? { start, slope } : undefined;
}

interface Computed {
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly OnnxConstant[];
}

/** How a constant that differs between the batch sizes is computed from the size; undefined where it doesn't differ. */
function fromBatch(constant: OnnxConstant, versions: readonly OnnxConstant[]): Computed | undefined {
  if (new Set(versions.map(({ data }) => data.join())).size === 1) return undefined;
  if (constant.dtype === 'int64') return lineOfBatch(constant, versions);
  if (constant.dtype === 'float32' || constant.dtype === 'float64')
    return shareOfBatch(constant, constant.dtype, versions);
  throw dependsOnBatch();
}

function lineOfBatch({ name, data }: OnnxConstant, versions: readonly OnnxConstant[]): Computed {
  const [starts, slopes] = [`${name}:starts`, `${name}:slopes`];
  const scaled = `${name}:scaled`;
  const lines = Array.from({ length: data.length }, (_, i) => {
    const line = lineThrough(versions.map((version) => Number(version.data[i])));
    if (!line) throw dependsOnBatch();
    return line;
  });
  return {
    nodes: [node('Mul', [BATCH, slopes], scaled), node('Add', [scaled, starts], name)],
    constants: [
      int64s(
        starts,
        lines.map(({ start }) => start),
      ),
      int64s(
        slopes,
        lines.map(({ slope }) => slope),
      ),
    ],
  };
}

/** A whole number over a multiple of the batch size, such as the factor that makes a sum over the batch a mean. */
function shareOfBatch(
  { name, data, shape }: OnnxConstant,
  dtype: 'float32' | 'float64',
  versions: readonly OnnxConstant[],
): Computed {
  const ratio = Number(data[0]) * SIZES[0];
  const [over, under] = ratio < 1 ? [1, Math.round(1 / ratio)] : [Math.round(ratio), 1];
  const round = dtype === 'float32' ? Math.fround : Number;
  const fits = versions.every((version, i) => version.data[0] === round(over / (under * SIZES[i]!)));
  if (shape.length > 0 || !fits) throw dependsOnBatch();
  const [numerator, factor, scalar] = [`${name}:numerator`, `${name}:factor`, `${name}:scalar`];
  const [multiple, size] = [`${name}:multiple`, `${name}:size`];
  return {
    nodes: [
      node('Mul', [BATCH, factor], multiple),
      node('Reshape', [multiple, NO_AXES], scalar),
      node('Cast', [scalar], size, { to: CAST[dtype] }),
      node('Div', [numerator, size], name),
    ],
    constants: [{ name: numerator, dtype, shape: [], data: encode(dtype, [over]) }, int64s(factor, [under])],
  };
}

/** The batch size, from the first input that has it as an axis. */
function batchSize(inputs: readonly OnnxValue[], dimension: string): OnnxNode[] {
  const source = inputs.find(({ shape }) => shape.includes(dimension));
  if (!source) throw dependsOnBatch();
  const start = source.shape.indexOf(dimension);
  return [node('Shape', [source.name], BATCH, { start, end: start + 1 })];
}

const node = (
  type: string,
  inputs: readonly string[],
  output: string,
  attributes: OnnxNode['attributes'] = {},
): OnnxNode => ({
  name: output,
  type,
  inputs,
  output,
  attributes,
});

const int64s = (name: string, values: readonly number[]): OnnxConstant => ({
  name,
  dtype: 'int64',
  shape: [values.length],
  data: encode('int64', values),
});
