import { checkFiniteValues, checkSettings, InputError, type MatrixLike, toMatrix } from '@unbraid/checks';
import { createMatrix, type Matrix } from '@unbraid/data';
import { add, compile, f32, matmul, mul, type Runtime, type Tensor, trace } from '@unbraid/graph';
import { defaultRuntime } from '@unbraid/graph/runtime';
import { object } from 'zod';
import { rowsInMemory } from './blocks.ts';
import { checkMatrix } from './check-data.ts';
import { openGates } from './network.ts';
import { rowNorms, rowProduct } from './row-product.ts';
import { runOnce, runSettings, type StoppableOptions } from './run-once.ts';

const kernelSettings = object(runSettings);

/** Gates U (k × d) and output weights α (k) of a network with one output. */
export interface KernelNetwork {
  readonly gates: Matrix;
  readonly alpha: Float32Array;
}

/**
 * The GaLU kernel K_ij = (x_i · z_j) Σ_l α_l² 1{u_l·x_i ≥ 0} 1{u_l·z_j ≥ 0}, rows(X) × rows(Z): a Hadamard product of two Gram
 * matrices (arXiv 1906.05032; it is linear in W, so this is its exact kernel).
 * @throws {InputError} for dimensions, or numbers of gates and of α, that don't agree, and for NaN and infinities in them or the kernel
 * @throws the signal's reason when it is aborted
 */
export async function galuKernel(
  xs: MatrixLike,
  zs: MatrixLike,
  network: KernelNetwork,
  options: StoppableOptions = {},
): Promise<Matrix> {
  const { runtime: chosen, signal } = checkSettings('galu: galuKernel', kernelSettings, options);
  const [x, z] = [toMatrix('galu: X', xs), toMatrix('galu: Z', zs)];
  checkNetwork(x, z, network);
  const runtime = chosen ?? (await defaultRuntime());
  const shared = await sharedGates(x, z, network, runtime, signal);
  const specs = { x: f32(x.rows, x.cols), z: f32(z.rows, z.cols), shared: f32(x.rows, z.rows) };
  const graph = trace(specs, ({ x: X, z: Z, shared: S }) => ({ k: mul(matmul(X, Z, { transposeB: true }), S) }));
  const k = createMatrix(x.rows, z.rows);
  await runOnce(graph, runtime, { inputs: { x, z, shared }, outputs: { k } });
  return checkKernel(k);
}

/**
 * Σ_l α_l² 1{u_l·x_i ≥ 0} 1{u_l·z_j ≥ 0}, rows(X) × rows(Z). A run of the graph adds one block of gates, so that memory does not
 * grow with k.
 */
async function sharedGates(
  x: Matrix,
  z: Matrix,
  network: KernelNetwork,
  runtime: Runtime,
  signal: AbortSignal | undefined,
): Promise<Matrix> {
  const { gates, alpha } = network;
  const block = Math.min(gates.rows, rowsInMemory(x.rows + z.rows));
  const specs = {
    x: f32(x.rows, x.cols),
    z: f32(z.rows, z.cols),
    u: f32(block, x.cols),
    alpha: f32(block),
    sum: f32(x.rows, z.rows),
  };
  const graph = trace(specs, ({ x: X, z: Z, u, alpha: a, sum }) => {
    const open = (rows: Tensor) => mul(openGates(rows, u), a);
    return { next: add(sum, matmul(open(X), open(Z), { transposeB: true })) };
  });
  const step = await compile(graph, runtime, { inputs: { x, z }, carry: { next: 'sum' } });
  try {
    for (let first = 0; first < gates.rows; first += block) {
      signal?.throwIfAborted();
      step.inputs.u.float32.set(gates.data.subarray(first * x.cols, (first + block) * x.cols));
      // The last block may be short: what is left of the one before it counts with α = 0.
      step.inputs.alpha.float32.fill(0).set(alpha.subarray(first, first + block));
      await step.run();
    }
    return createMatrix(x.rows, z.rows, step.inputs.sum.float32.slice());
  } finally {
    await step.release();
  }
}

/**
 * The limit of `galuKernel` for infinitely many Gaussian gates with α² = 1/k: K(x, z) = x·z (π − ∠(x, z)) / 2π, the share of
 * directions that open both gates times the inner product. A zero vector gives 0.
 * @throws {InputError} for columns that don't agree, and for NaN and infinities in inputs or kernel
 */
export function infiniteGaluKernel(xs: MatrixLike, zs: MatrixLike = xs): Matrix {
  const [x, z] = [toMatrix('galu: X', xs), toMatrix('galu: Z', zs)];
  if (x.cols !== z.cols) {
    throw new InputError('data', `galu: kernel of inputs with ${x.cols} and ${z.cols} columns; they must agree`);
  }
  const [xNorms, zNorms] = [rowNorms(x), rowNorms(z)];
  const k = createMatrix(x.rows, z.rows);
  for (let i = 0; i < x.rows; i++) {
    for (let j = 0; j < z.rows; j++) {
      const inner = rowProduct(x, i, z, j);
      const size = xNorms[i]! * zNorms[j]!;
      const angle = size > 0 ? Math.acos(Math.min(1, Math.max(-1, inner / size))) : 0;
      k.data[i * z.rows + j] = (inner * (Math.PI - angle)) / (2 * Math.PI);
    }
  }
  return checkKernel(k);
}

function checkKernel(k: Matrix): Matrix {
  checkFiniteValues('galu: the kernel', k.data, 'its entries leave the range of float32: scale the inputs');
  return k;
}

function checkNetwork(x: Matrix, z: Matrix, { gates, alpha }: KernelNetwork): void {
  checkMatrix('galu: gates', gates);
  checkFiniteValues('galu: alpha', alpha, 'give finite output weights');
  if (x.cols !== gates.cols || z.cols !== gates.cols) {
    throw new InputError(
      'data',
      `galu: kernel of inputs with ${x.cols} and ${z.cols} columns, the gates have ${gates.cols}; they must agree`,
    );
  }
  if (alpha.length !== gates.rows) {
    throw new InputError(
      'data',
      `galu: alpha has ${alpha.length} entries, there are ${gates.rows} gates; they must agree`,
    );
  }
}
