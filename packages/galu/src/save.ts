import { encodeSafetensors, type Matrix } from '@unbraid/data';
import { add, exportOnnx, f32, trace } from '@unbraid/graph';
import type { FittedGalu } from './fitted.ts';
import { FORMAT } from './load.ts';
import { openGates, output } from './network.ts';
import { checkWeights } from './predict.ts';

/** A trained network and how its training ended: what is saved, without what it computes. */
export type SavedGalu = Pick<FittedGalu, 'network' | 'report'>;

/**
 * The bytes of a file of a trained network, safetensors: `gates` and `weights` k × d, `a` k × c and `intercept` c, and as metadata the format's
 * version, the task with the names of its classes, the loss and the report without its history.
 * @throws {InputError} for a network with NaN or infinite entries
 */
export function encodeGalu({ network, report }: SavedGalu): Uint8Array {
  const { gates, weights, a, intercept, task, loss } = network;
  checkWeights('galu: the network', network, 'train it again');
  const tensor = ({ data, rows, cols }: Matrix) => ({ dtype: 'F32' as const, shape: [rows, cols], data });
  const { history: _, ...numbers } = report;
  const metadata = {
    format: FORMAT,
    task: JSON.stringify(task),
    ...(loss && { loss }),
    report: JSON.stringify(numbers),
  };
  const tensors = {
    gates: tensor(gates),
    weights: tensor(weights),
    a: tensor(a),
    intercept: { dtype: 'F32' as const, shape: [intercept.length], data: intercept },
  };
  return encodeSafetensors(tensors, metadata);
}

/**
 * The network as an `.onnx` model: input `x` (batch × d), output `n` (batch × c), batch size open.
 * @throws {InputError} for a network with NaN or infinite entries
 */
export function exportGalu({ network }: Pick<SavedGalu, 'network'>): Uint8Array {
  const { gates, weights, a, intercept } = network;
  checkWeights('galu: the network', network, 'train it again');
  const matrix = f32(gates.rows, gates.cols);
  const specs = { gates: matrix, weights: matrix, a: f32(a.rows, a.cols), intercept: f32(a.cols) };
  const graph = (batch: number) =>
    trace({ x: f32(batch, gates.cols), ...specs }, (p) => ({
      n: add(output(p.x, openGates(p.x, p.gates), p.weights, p.a), p.intercept),
    }));
  return exportOnnx({ graph }, { constants: { gates, weights, a, intercept: { data: intercept } } });
}
