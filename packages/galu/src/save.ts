import {
  createMatrix,
  type Matrix,
  readSafetensors,
  requireTensor,
  writeFileAtomic,
  writeSafetensors,
} from '@unbraid/data';
import { exportOnnx, f32, type Runtime, trace } from '@unbraid/graph';
import { defaultRuntime } from '@unbraid/nn';
import { type FittedGalu, fitted, type GaluNetwork } from './galu.ts';
import { openGates, output } from './network.ts';
import type { Task } from './targets.ts';

const FORMAT = 'unbraid-galu-1';

/** Writes a trained network as safetensors: `gates` and `weights` k × d, `a` k × c, and the task and report as metadata. */
export async function saveGalu({ network, report }: FittedGalu, path: string): Promise<void> {
  const { gates, weights, a, task } = network;
  const tensor = ({ data, rows, cols }: Matrix) => ({ dtype: 'F32' as const, shape: [rows, cols], data });
  const { history: _, ...numbers } = report;
  const metadata = { format: FORMAT, task: JSON.stringify(task), report: JSON.stringify(numbers) };
  await writeSafetensors(path, { gates: tensor(gates), weights: tensor(weights), a: tensor(a) }, metadata);
}

/** Reads a network that `saveGalu` wrote. @throws {Error} for a file that is damaged or of another kind */
export async function loadGalu(path: string, runtime?: Runtime): Promise<FittedGalu> {
  const file = await readSafetensors(path);
  if (file.metadata?.format !== FORMAT) {
    throw new Error(
      `galu: ${path} is not a saved GaLU network (format ${file.metadata?.format ?? 'missing'}, expected ${FORMAT})`,
    );
  }
  const matrix = (name: string): Matrix => {
    const { data, shape } = requireTensor(file, name, 'F32');
    const [rows, cols] = shape;
    if (shape.length !== 2) throw new Error(`galu: ${path}: ${name} has ${shape.length} axes, a matrix is needed`);
    return createMatrix(rows!, cols!, data);
  };
  const network: GaluNetwork = {
    gates: matrix('gates'),
    weights: matrix('weights'),
    a: matrix('a'),
    task: JSON.parse(file.metadata.task ?? 'null') as Task,
  };
  checkShapes(network, path);
  const report = {
    ...(JSON.parse(file.metadata.report ?? 'null') as Omit<FittedGalu['report'], 'history'>),
    history: [],
  };
  return fitted(network, report, runtime ?? (await defaultRuntime()));
}

function checkShapes({ gates, weights, a }: GaluNetwork, path: string): void {
  if (gates.rows !== weights.rows || gates.cols !== weights.cols || a.rows !== gates.rows) {
    const sizes = [gates, weights, a].map(({ rows, cols }) => `${rows} × ${cols}`);
    throw new Error(`galu: ${path}: gates, weights and a are ${sizes.join(', ')}, which is no network`);
  }
}

/** Writes the network as an `.onnx` file: input `x` (batch × d), output `n` (batch × c), batch size open. */
export async function saveOnnx({ network }: Pick<FittedGalu, 'network'>, path: string): Promise<void> {
  const { gates, weights, a } = network;
  const matrix = f32(gates.rows, gates.cols);
  const graph = (batch: number) =>
    trace({ x: f32(batch, gates.cols), gates: matrix, weights: matrix, a: f32(a.rows, a.cols) }, (p) => ({
      n: output(p.x, openGates(p.x, p.gates), p.weights, p.a),
    }));
  await writeFileAtomic(path, exportOnnx({ graph }, { constants: { gates, weights, a } }));
}
