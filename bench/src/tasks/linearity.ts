import {
  createMatrix,
  type Matrix,
  readSafetensors,
  requireTensor,
  type SafeTensor,
  writeSafetensors,
} from '@unbraid/data';
import { createRandom } from '@unbraid/kernels';
import { ntkNetwork } from '@unbraid/linearity';
import { type AnyModel, initialize } from '@unbraid/nn';

/** A network in NTK parameterization, tanh, one linear output. */
export interface NetworkSizes {
  readonly inputs: number;
  readonly width: number;
  readonly depth: number;
  /** Inputs in the file. */
  readonly rows: number;
}

/** What a side of the linearity contests is told. */
export interface LinearityTask {
  /** A safetensors file with `x`, rows × inputs, and the weights `W0` … `W<depth>`, each in × out. */
  readonly file: string;
  readonly threads: number;
  /** Hessian-vector products, where they are counted. */
  readonly products?: number;
}

/** A network that was read from a file. */
export interface LinearityData {
  readonly model: AnyModel;
  readonly params: Float32Array;
  readonly x: Matrix;
}

/** Writes a network for {@link readLinearityTask}. The same seed gives the same file. */
export async function writeLinearityTask(file: string, sizes: NetworkSizes, seed: number): Promise<void> {
  const random = createRandom(seed);
  const { rows, ...widths } = sizes;
  const params = initialize(ntkNetwork(widths), random.split('weights'));
  const x = random.split('inputs').normal(new Float32Array(rows * sizes.inputs));
  const tensors: Record<string, SafeTensor> = { x: { dtype: 'F32', shape: [rows, sizes.inputs], data: x } };
  let offset = 0;
  shapesOf(sizes).forEach((shape, layer) => {
    const end = offset + shape[0] * shape[1];
    tensors[`W${layer}`] = { dtype: 'F32', shape, data: params.subarray(offset, end) };
    offset = end;
  });
  await writeSafetensors(file, tensors);
}

function shapesOf({ inputs, width, depth }: NetworkSizes): [number, number][] {
  const widths = [inputs, ...Array.from({ length: depth }, () => width), 1];
  return widths.slice(1).map((out, layer) => [widths[layer]!, out]);
}

/** Reads what {@link writeLinearityTask} wrote. */
export async function readLinearityTask(file: string): Promise<LinearityData> {
  const content = await readSafetensors(file);
  const array = (name: string) => requireTensor(content, name, 'F32');
  const x = array('x');
  const [rows = 0, inputs = 0] = x.shape;
  const weights = Object.keys(content.tensors)
    .filter((name) => name.startsWith('W'))
    .sort()
    .map(array);
  const model = ntkNetwork({ inputs, width: weights[0]!.shape[1]!, depth: weights.length - 1 });
  const params = new Float32Array(weights.reduce((sum, { data }) => sum + data.length, 0));
  let offset = 0;
  for (const { data } of weights) {
    params.set(data, offset);
    offset += data.length;
  }
  return { model, params, x: createMatrix(rows, inputs, x.data) };
}

/** Rows of a kernel that sides hand in, to be compared. */
export const COMPARED_ROWS = 8;

/** The first rows of a kernel, one after another. */
export const firstRows = ({ data, cols }: Matrix): number[] => [...data.subarray(0, COMPARED_ROWS * cols)];

/** ‖a − b‖ / ‖b‖; infinite where they differ in length. */
export function relativeDifference(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  const difference = a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0);
  return Math.sqrt(difference / b.reduce((sum, value) => sum + value ** 2, 0));
}
