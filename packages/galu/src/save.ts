import { type Matrix, writeFileAtomic, writeSafetensors } from '@unbraid/data';
import { add, exportOnnx, f32, trace } from '@unbraid/graph';
import type { FittedGalu } from './fitted.ts';
import { FORMAT } from './load.ts';
import { openGates, output } from './network.ts';
import { checkWeights } from './predict.ts';

/**
 * Writes a trained network as safetensors: `gates` and `weights` k × d, `a` k × c and `intercept` c, and as metadata the format's version,
 * the task, the loss and the report.
 * @throws {InputError} for a network with NaN or infinite entries
 */
export async function saveGalu(
  { network, report }: Pick<FittedGalu, 'network' | 'report'>,
  path: string,
): Promise<void> {
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
  await writeSafetensors(path, tensors, metadata);
}

/**
 * Writes the network as an `.onnx` file: input `x` (batch × d), output `n` (batch × c), batch size open.
 * @throws {InputError} for a network with NaN or infinite entries
 */
export async function saveOnnx({ network }: Pick<FittedGalu, 'network'>, path: string): Promise<void> {
  const { gates, weights, a, intercept } = network;
  checkWeights('galu: the network', network, 'train it again');
  const matrix = f32(gates.rows, gates.cols);
  const specs = { gates: matrix, weights: matrix, a: f32(a.rows, a.cols), intercept: f32(a.cols) };
  const graph = (batch: number) =>
    trace({ x: f32(batch, gates.cols), ...specs }, (p) => ({
      n: add(output(p.x, openGates(p.x, p.gates), p.weights, p.a), p.intercept),
    }));
  const constants = { gates, weights, a, intercept: { data: intercept } };
  await writeFileAtomic(path, exportOnnx({ graph }, { constants }));
}
