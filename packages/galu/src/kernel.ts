import { createMatrix, type Matrix } from '@unbraid/data';
import { cast, compile, f32, matmul, mul, type Runtime, type Tensor, trace } from '@unbraid/graph';
import { openGates } from './network.ts';

/** Gates U (k × d) and output weights α (k) of a network with one output. */
export interface KernelNetwork {
  readonly gates: Matrix;
  readonly alpha: Float32Array;
}

/**
 * The GaLU kernel K_ij = (x_i · z_j) Σ_l α_l² 1{u_l·x_i ≥ 0} 1{u_l·z_j ≥ 0}, rows(X) × rows(Z): a Hadamard product of two Gram
 * matrices (arXiv 1906.05032; it is linear in W, so this is its exact kernel).
 */
export async function galuKernel(
  x: Matrix,
  z: Matrix,
  { gates, alpha }: KernelNetwork,
  runtime: Runtime,
): Promise<Matrix> {
  checkDimensions(x, z, gates.cols);
  const specs = {
    x: f32(x.rows, x.cols),
    z: f32(z.rows, z.cols),
    u: f32(gates.rows, gates.cols),
    alpha: f32(alpha.length),
  };
  const graph = trace(specs, ({ x: X, z: Z, u, alpha: a }) => {
    const open = (rows: Tensor) => mul(cast(openGates(rows, u), 'float32'), a);
    return { k: mul(matmul(X, Z, { transposeB: true }), matmul(open(X), open(Z), { transposeB: true })) };
  });
  const k = createMatrix(x.rows, z.rows);
  const executable = await compile(graph, runtime, {
    inputs: { x, z, u: gates, alpha: { data: alpha } },
    outputs: { k },
  });
  try {
    await executable.run();
  } finally {
    await executable.release();
  }
  return k;
}

/**
 * The limit of `galuKernel` for infinitely many Gaussian gates with α² = 1/k: K(x, z) = x·z (π − ∠(x, z)) / 2π, the share of
 * directions that open both gates times the inner product. A zero vector gives 0.
 */
export function infiniteGaluKernel(x: Matrix, z: Matrix): Matrix {
  checkDimensions(x, z, x.cols);
  const norms = ({ data, rows, cols }: Matrix) =>
    Float64Array.from({ length: rows }, (_, i) => Math.hypot(...data.subarray(i * cols, (i + 1) * cols)));
  const [xNorms, zNorms] = [norms(x), norms(z)];
  const k = createMatrix(x.rows, z.rows);
  for (let i = 0; i < x.rows; i++) {
    for (let j = 0; j < z.rows; j++) {
      let inner = 0;
      for (let t = 0; t < x.cols; t++) inner += x.data[i * x.cols + t]! * z.data[j * z.cols + t]!;
      const size = xNorms[i]! * zNorms[j]!;
      const angle = size > 0 ? Math.acos(Math.min(1, Math.max(-1, inner / size))) : 0;
      k.data[i * z.rows + j] = (inner * (Math.PI - angle)) / (2 * Math.PI);
    }
  }
  return k;
}

function checkDimensions(x: Matrix, z: Matrix, dimension: number): void {
  if (x.cols !== dimension || z.cols !== dimension) {
    throw new RangeError(
      `galu: kernel of inputs with ${x.cols} and ${z.cols} columns, the gates have ${dimension}; they must agree`,
    );
  }
}
