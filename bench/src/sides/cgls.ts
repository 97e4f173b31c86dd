import {
  add,
  cast,
  compile,
  div,
  f32,
  greaterEqual,
  matmul,
  mul,
  type Runtime,
  reduceMean,
  reduceSum,
  sub,
  type Tensor,
  trace,
  transpose,
} from '@unbraid/graph';

/**
 * Least squares on a GaLU network: W (k x d) that minimizes ||N - Y||_F, N = ((X W^T) * G) A, G the gates of U on X.
 * All row-major.
 */
export interface GaluLeastSquares {
  /** samples x inputs */
  readonly x: Float32Array;
  /** samples x outputs */
  readonly y: Float32Array;
  /** gates x inputs */
  readonly u: Float32Array;
  /** gates x outputs */
  readonly a: Float32Array;
  readonly sizes: Sizes;
}

export interface Sizes {
  readonly samples: number;
  readonly inputs: number;
  readonly gates: number;
  readonly outputs: number;
}

/** When to stop: at a mean squared error, or after a number of iterations, whichever is first. */
export interface Stop {
  readonly error: number;
  readonly iterations: number;
}

export interface Solution {
  /** gates x inputs */
  readonly weights: Float32Array;
  readonly iterations: number;
  /** The mean squared error, of the recurrence's residual. */
  readonly error: number;
}

export interface Solver {
  solve(stop: Stop): Promise<Solution>;
}

/**
 * Conjugate gradients on the normal equations (Björck, Numerical Methods for Least Squares Problems, 7.4), an iteration a
 * graph, for one problem. Inside, W is inputs x gates, so that X W^T is a plain product.
 *
 * @param scaling of the directions in which all gates agree, see {@link scaled}; 1 leaves the problem as it is.
 */
export async function createSolver(runtime: Runtime, problem: GaluLeastSquares, scaling: number): Promise<Solver> {
  const { samples, inputs, gates, outputs } = problem.sizes;
  const shapes = { x: f32(samples, inputs), a: f32(gates, outputs) };
  const direction = f32(inputs, gates);
  const given = { x: { data: problem.x }, a: { data: problem.a } };

  const start = await compile(
    trace({ ...shapes, u: f32(gates, inputs), y: f32(samples, outputs) }, ({ x, a, u, y }) => {
      const on = cast(greaterEqual(matmul(x, transpose(u)), 0), 'float32');
      const gradient = scaled(adjoint(y, { x, a, on }), a, scaling);
      return { on, gradient, squared: squaredNorm(gradient) };
    }),
    runtime,
    { inputs: { ...given, u: { data: problem.u }, y: { data: problem.y } } },
  );
  const iteration = await compile(
    trace(
      {
        ...shapes,
        on: f32(samples, gates),
        w: direction,
        residual: f32(samples, outputs),
        p: direction,
        squared: f32(),
      },
      ({ x, a, on, w, residual, p, squared }) => {
        const step = scaled(p, a, scaling);
        const image = matmul(mul(matmul(x, step), on), a);
        const length = div(squared, squaredNorm(image));
        const rest = sub(residual, mul(image, length));
        const gradient = scaled(adjoint(rest, { x, a, on }), a, scaling);
        const next = squaredNorm(gradient);
        return {
          w: add(w, mul(step, length)),
          residual: rest,
          p: add(gradient, mul(p, div(next, squared))),
          squared: next,
          error: reduceMean(mul(rest, rest)),
        };
      },
    ),
    runtime,
    { inputs: { ...given, on: start.outputs.on }, carry: { w: 'w', residual: 'residual', p: 'p', squared: 'squared' } },
  );
  return {
    async solve(stop) {
      await start.run();
      const { w, residual, p, squared } = iteration.inputs;
      w.float32.fill(0);
      residual.float32.set(problem.y);
      p.float32.set(start.outputs.gradient.float32);
      squared.float32.set(start.outputs.squared.float32);
      let [count, error] = [0, Number.POSITIVE_INFINITY];
      while (count < stop.iterations && error > stop.error) {
        await iteration.run();
        count++;
        error = iteration.outputs.error.float32[0]!;
      }
      return { weights: transposed(w.float32, inputs, gates), iterations: count, error };
    },
  };
}

/** The transpose of the network's linear map, inputs x gates. */
function adjoint(residual: Tensor, { x, a, on }: { x: Tensor; a: Tensor; on: Tensor }): Tensor {
  return matmul(transpose(x), mul(matmul(residual, transpose(a)), on));
}

/**
 * A right preconditioner for a single output. Where all gates move alike (w_j = alpha_j v) the network is nearly linear
 * in x, and its image is longer than in other directions: by about sqrt(k / 2) for gates that are on half of the time.
 * Scaling these directions by `scaling` evens that out. Takes |alpha| = 1. Where many weights fit exactly, it leads to
 * other ones than those of smallest norm, to which the problem as it is leads.
 */
function scaled(w: Tensor, alpha: Tensor, scaling: number): Tensor {
  if (scaling === 1) return w;
  return sub(w, mul(matmul(matmul(w, alpha), transpose(alpha)), 1 - scaling));
}

function squaredNorm(x: Tensor): Tensor {
  return reduceSum(mul(x, x));
}

function transposed(matrix: Float32Array, rows: number, cols: number): Float32Array {
  const result = new Float32Array(matrix.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) result[j * rows + i] = matrix[i * cols + j]!;
  return result;
}
