import { gaussianSample, readSafetensors, requireTensor, type SafeTensor, writeSafetensors } from '@unbraid/data';
import { createRandom, type Random } from '@unbraid/kernels';

/** Memorization: m random signs of m Gaussian inputs in d dimensions, by k neurons. */
export interface GaluProblem {
  readonly samples: number;
  readonly dimension: number;
  readonly gates: number;
}

/** A problem with its data; all matrices row-major. */
export interface GaluData extends GaluProblem {
  /** samples x dimension, standard normal */
  readonly x: Float32Array;
  /** samples, -1 or 1 */
  readonly y: Float32Array;
  /** gates x dimension, standard normal */
  readonly u: Float32Array;
  /** gates, ±1/√gates */
  readonly alpha: Float32Array;
}

/** What a side of the GaLU contest is told. */
export interface GaluTask {
  /** A safetensors file with X, y, U, alpha, and `start`, Gaussian weights for networks that need some. */
  readonly file: string;
  /** The mean squared error on the training set to reach. */
  readonly error: number;
  readonly threads: number;
}

/** Writes a problem for {@link readGaluTask}. The same seed gives the same file. */
export async function writeGaluTask(file: string, problem: GaluProblem, seed: number): Promise<void> {
  const { samples, dimension, gates } = problem;
  const random = createRandom(seed);
  const { x, y } = gaussianSample({ samples, dimension, random: random.split('sample') });
  const alpha = random
    .split('alpha')
    .sign(new Float32Array(gates))
    .map((sign) => sign / Math.sqrt(gates));
  await writeSafetensors(file, {
    X: { dtype: 'F32', shape: [samples, dimension], data: x.data },
    y: { dtype: 'F32', shape: [samples], data: y },
    U: normal(random.split('U'), gates, dimension, 1),
    alpha: { dtype: 'F32', shape: [gates], data: alpha },
    start: normal(random.split('start'), gates, dimension, 1 / Math.sqrt(dimension)),
  });
}

function normal(random: Random, rows: number, cols: number, deviation: number): SafeTensor<'F32'> {
  return { dtype: 'F32', shape: [rows, cols], data: random.normal(new Float32Array(rows * cols), 0, deviation) };
}

/** Reads what {@link writeGaluTask} wrote. */
export async function readGaluTask(file: string): Promise<GaluData> {
  const content = await readSafetensors(file);
  const array = (name: string) => requireTensor(content, name, 'F32');
  const [x, u] = [array('X'), array('U')];
  const [samples = 0, dimension = 0] = x.shape;
  return {
    samples,
    dimension,
    gates: u.shape[0]!,
    x: x.data,
    y: array('y').data,
    u: u.data,
    alpha: array('alpha').data,
  };
}

/**
 * The mean squared error of a network on the problem, in float64: N(x) = Σ_j α_j g_j(x) (w_j·x), where the gate g_j(x) is
 * 1 for u_j·x ≥ 0 of a GaLU network and for w_j·x ≥ 0 of a ReLU network, else 0.
 *
 * @param weights gates x dimension
 */
export function meanSquaredError(data: GaluData, network: 'GaLU' | 'ReLU', weights: ArrayLike<number>): number {
  const { samples, dimension, gates, x, y, u, alpha } = data;
  let total = 0;
  for (let i = 0; i < samples; i++) {
    let prediction = 0;
    for (let j = 0; j < gates; j++) {
      let [linear, gate] = [0, 0];
      for (let l = 0; l < dimension; l++) {
        linear += weights[j * dimension + l]! * x[i * dimension + l]!;
        gate += u[j * dimension + l]! * x[i * dimension + l]!;
      }
      if ((network === 'GaLU' ? gate : linear) >= 0) prediction += alpha[j]! * linear;
    }
    total += (prediction - y[i]!) ** 2;
  }
  return total / samples;
}
