import { checkSettings, flag } from '@unbraid/checks';
import { encodeSafetensors, type Matrix } from '@unbraid/data';
import { exportOnnx, f32, f64, type Tensor, trace } from '@unbraid/graph';
import { object } from 'zod';
import type { FittedGalu } from './fitted.ts';
import { inputColumns } from './inputs.ts';
import { FORMAT } from './load.ts';
import { type NetworkTensors, outputOf, probabilityOf } from './output-graph.ts';
import { checkWeights } from './weights.ts';

/** A trained network and how its training ended: what is saved, without what it computes. */
export type SavedGalu = Pick<FittedGalu, 'network' | 'report'>;

/**
 * The bytes of a file of a trained network, safetensors: `gates` and `weights` k × d, `a` k × c and `intercept` c, with a scaling also `mean` and `scale` in
 * float64, and as metadata the format's version, the task with the names of its classes, the loss, offset and members, and the report without histories.
 * @throws {InputError} for a network with NaN or infinite entries
 */
export function encodeGalu({ network, report }: SavedGalu): Uint8Array {
  const { gates, weights, a, intercept, task, loss, scaling, offset = false, members = 1 } = network;
  checkWeights('galu: the network', network, 'train it again');
  const tensor = ({ data, rows, cols }: Matrix) => ({ dtype: 'F32' as const, shape: [rows, cols], data });
  const column = (data: Float64Array) => ({ dtype: 'F64' as const, shape: [data.length], data });
  const metadata = {
    format: FORMAT,
    task: JSON.stringify(task),
    ...(loss && { loss }),
    inputs: JSON.stringify({ offset, members }),
    report: JSON.stringify(report, (key, value: unknown) => (key === 'history' ? undefined : value)),
  };
  const tensors = {
    gates: tensor(gates),
    weights: tensor(weights),
    a: tensor(a),
    intercept: { dtype: 'F32' as const, shape: [intercept.length], data: intercept },
    ...(scaling && { mean: column(scaling.mean), scale: column(scaling.scale) }),
  };
  return encodeSafetensors(tensors, metadata);
}

/** What an exported model gives beside its outputs. */
export interface GaluExportOptions {
  /** An output `probabilities` more, as `probabilities` of a trained network gives them. Default false. */
  readonly probabilities?: boolean;
}

const exportSchema = object({ probabilities: flag().default(false) });

/**
 * The network as an `.onnx` model: input `x` (batch × d), output `n` (batch × c), batch size open. Rows are scaled within it, in double precision, and members averaged.
 * @throws {InputError} for a network with NaN or infinite entries, and where probabilities are asked of one that has none
 */
export function exportGalu({ network }: Pick<SavedGalu, 'network'>, options: GaluExportOptions = {}): Uint8Array {
  const { probabilities } = checkSettings('galu: exportGalu', exportSchema, options);
  const { gates, weights, a, intercept, scaling } = network;
  checkWeights('galu: the network', network, 'train it again');
  const columns = inputColumns(network);
  const matrix = f32(gates.rows, gates.cols);
  const specs = { gates: matrix, weights: matrix, a: f32(a.rows, a.cols), intercept: f32(intercept.length) };
  const stored = { gates, weights, a, intercept: { data: intercept } };
  const outputs = (x: Tensor, tensors: NetworkTensors): Record<string, Tensor> => {
    const n = outputOf(network, x, tensors);
    return probabilities ? { n, probabilities: probabilityOf(n, network) } : { n };
  };
  if (!scaling) {
    const graph = (batch: number) => trace({ x: f32(batch, columns), ...specs }, (p) => outputs(p.x, p));
    return exportOnnx({ graph }, { constants: stored });
  }
  const scaled = { ...specs, mean: f64(columns), scale: f64(columns) };
  const graph = (batch: number) => trace({ x: f32(batch, columns), ...scaled }, (p) => outputs(p.x, p));
  const constants = { ...stored, mean: { data: scaling.mean }, scale: { data: scaling.scale } };
  return exportOnnx({ graph }, { constants });
}
