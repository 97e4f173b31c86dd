import { type Scope, withScope } from '@unbraid/graph';
import { type Design, type PathSolution, systemsOf } from './design.ts';
import { graphKernel, kernelOutputs, plainKernel } from './kernel-matrix.ts';
import { openNeurons } from './moments.ts';
import { type PathSolver, pathSolver } from './path-solver.ts';
import {
  concatenated,
  type FoldPath,
  type FoldSolution,
  type PathPlan,
  PLAIN,
  restOf,
  type WholePath,
} from './primal.ts';
import { type Tiling, tileAt, tilingOf } from './tiles.ts';

/**
 * By the kernel, as many unknowns as training rows: K is made once for all rows; of each fold, the rows and columns that are trained on are solved with, and those of the
 * fold predicted with.
 */
export async function dualPath(scope: Scope, design: Design, { folds, ridges, runtime }: PathPlan): Promise<FoldPath> {
  const { x, a, gates } = design;
  const isSmall = x.rows ** 2 * (x.cols + gates.rows * a.cols ** 2) <= 2 * PLAIN;
  const kernel = isSmall ? plainKernel(design) : await graphKernel(design, await runtime());
  const solvers = new Map<number, ReturnType<typeof pathSolver>>();
  return {
    fold(at, signal) {
      const solverOf = (side: number) => {
        if (!solvers.has(side)) solvers.set(side, pathSolver(scope, tilingOf(side), runtime));
        return solvers.get(side)!;
      };
      return solveWithout({ design, kernel, heldOut: folds[at]! }, solverOf, ridges, signal);
    },
    whole: wholeOf({ design, kernel, heldOut: folds.length === 1 ? folds[0]! : new Int32Array(0) }, runtime),
  };
}

/** What is solved of a kernel. */
interface Part {
  readonly design: Design;
  readonly kernel: Float64Array;
  readonly heldOut: Int32Array;
}

async function solveWithout(
  { design, kernel, heldOut }: Part,
  solverOf: (side: number) => Promise<PathSolver>,
  ridges: readonly number[],
  signal: AbortSignal | undefined,
): Promise<FoldSolution> {
  const train = restOf([heldOut], design.x.rows);
  const side = train.length * kernelOutputs(design);
  const solve = await solverOf(side);
  const centred = centredKernel(design, kernel, train);
  const right = rightSides(design, train, centred.means);
  const solved = await solve(centred.matrix(tilingOf(side)), right, ridges, signal);
  return solutionsOf(design, { centred, train, heldOut, solved });
}

const wholeOf =
  (part: Part, runtime: PathPlan['runtime']): WholePath =>
  (ridge, signal) =>
    withScope(async (scope) => {
      const solverOf = (side: number) => pathSolver(scope, tilingOf(side), runtime);
      const [solution] = (await solveWithout(part, solverOf, [ridge], signal)).solutions();
      return { ...solution!, iterations: 0 };
    });

interface CentredKernel {
  /** Of rows and outputs, less what the intercept answers for. */
  entry(row: number, o: number, other: number, q: number): number;
  /** S^½ K S^½ over the training rows. */
  matrix(tiling: Tiling): Float64Array;
  /** Of the targets, c. */
  readonly means: Float64Array;
}

/** φ less the mean of the training rows' φ, for each output, in terms of K. */
function centredKernel(design: Design, kernel: Float64Array, train: Int32Array): CentredKernel {
  const { x, y, intercept, weights } = design;
  const o = kernelOutputs(design);
  const side = x.rows * o;
  const size = (row: number) => (weights ? weights[row]! : 1);
  let total = 0;
  for (const row of train) total += size(row);
  const means = new Float64Array(y.cols);
  const rowMeans = new Float64Array(side * o);
  const grand = new Float64Array(o * o);
  if (intercept && total > 0) {
    for (const row of train)
      for (let q = 0; q < y.cols; q++) means[q]! += (size(row) * y.data[row * y.cols + q]!) / total;
    for (const row of train) {
      const share = size(row) / total;
      // K is symmetric, so its rows are read instead of its columns.
      for (let q = 0; q < o; q++) {
        for (let i = 0, from = (row * o + q) * side; i < side; i++) rowMeans[i * o + q]! += share * kernel[from + i]!;
      }
    }
    for (const row of train) {
      const share = size(row) / total;
      for (let p = 0; p < o; p++)
        for (let q = 0; q < o; q++) grand[p * o + q]! += share * rowMeans[(row * o + p) * o + q]!;
    }
  }
  const entry = (row: number, p: number, other: number, q: number) =>
    kernel[(row * o + p) * side + other * o + q]! -
    rowMeans[(row * o + p) * o + q]! -
    rowMeans[(other * o + q) * o + p]! +
    grand[p * o + q]!;
  return {
    entry,
    means,
    matrix(tiling) {
      const out = new Float64Array(tiling.size);
      const { n, side: b, count } = tiling;
      const roots = Float64Array.from({ length: n }, (_, r) => Math.sqrt(size(train[Math.floor(r / o)]!)));
      const places = Int32Array.from({ length: n }, (_, r) => train[Math.floor(r / o)]! * o + (r % o));
      for (let j = 0; j < count; j++) {
        for (let i = j; i < count; i++) {
          const tile = tileAt(tiling, i, j);
          for (let r = i * b; r < Math.min(n, (i + 1) * b); r++) {
            const [place, p, root] = [places[r]!, r % o, roots[r]!];
            const from = place * side;
            // Of a tile on the diagonal only the lower triangle is read.
            const last = Math.min(n, (j + 1) * b, i === j ? r + 1 : n);
            for (let s = j * b, at = tile + (r - i * b) * b; s < last; s++, at++) {
              const [other, q] = [places[s]!, o === 1 ? 0 : s % o];
              const value =
                kernel[from + other]! - rowMeans[place * o + q]! - rowMeans[other * o + p]! + grand[p * o + q]!;
              out[at] = root * roots[s]! * value;
            }
          }
        }
      }
      return out;
    },
  };
}

/** S^½ (y − ȳ), of each system. */
function rightSides(design: Design, train: Int32Array, means: Float64Array): Float64Array[] {
  const { y, weights } = design;
  const o = kernelOutputs(design);
  return Array.from({ length: systemsOf(design) }, (_, system) =>
    Float64Array.from({ length: train.length * o }, (_, at) => {
      const row = train[Math.floor(at / o)]!;
      const q = systemsOf(design) > 1 ? system : at % o;
      return Math.sqrt(weights ? weights[row]! : 1) * (y.data[row * y.cols + q]! - means[q]!);
    }),
  );
}

interface Solved {
  readonly centred: CentredKernel;
  readonly train: Int32Array;
  readonly heldOut: Int32Array;
  /** β by ridge and system */
  readonly solved: readonly (readonly Float64Array[])[];
}

function solutionsOf(design: Design, { centred, train, heldOut, solved }: Solved): FoldSolution {
  const { y, weights } = design;
  const o = kernelOutputs(design);
  const own = systemsOf(design) > 1;
  const c = y.cols;
  const outputs = solved.map(() => new Float64Array(heldOut.length * c));
  const roots = Float64Array.from(train, (row) => Math.sqrt(weights ? weights[row]! : 1));
  const across = new Float64Array(train.length * o);
  heldOut.forEach((row, i) => {
    for (let p = 0; p < o; p++) {
      for (let at = 0; at < across.length; at++) {
        const other = Math.floor(at / o);
        across[at] = roots[other]! * centred.entry(row, p, train[other]!, at % o);
      }
      solved.forEach((systems, r) => {
        systems.forEach((beta, system) => {
          const q = own ? system : p;
          let sum = centred.means[q]!;
          for (let at = 0; at < across.length; at++) sum += across[at]! * beta[at]!;
          outputs[r]![i * c + q] = sum;
        });
      });
    }
  });
  const solutions = () => solved.map((systems) => weightsOf(design, { train, roots, systems, means: centred.means }));
  return { solutions, outputs };
}

/** What a ridge's solution is in terms of the training rows. */
interface Dual {
  readonly train: Int32Array;
  /** √s of each */
  readonly roots: Float64Array;
  /** β of each system */
  readonly systems: readonly Float64Array[];
  /** Of the targets, c. */
  readonly means: Float64Array;
}

/** W = Σ √s β φ, φ less its mean, and b = ȳ less the mean output. */
function weightsOf(
  { x, y, gates, a, weights, intercept }: Design,
  { train, roots, systems, means }: Dual,
): PathSolution {
  const [o, c, d, p] = [a.cols, y.cols, x.cols, gates.data.length];
  const open = new Int32Array(gates.rows);
  const w = systems.map(() => new Float64Array(p));
  const b = means.slice();
  // Coefficients of φ itself: β less the share of each row's output in the mean.
  let total = 0;
  for (const row of train) total += weights ? weights[row]! : 1;
  const coefficients = systems.map((beta) => {
    const out = beta.map((value, at) => value * roots[Math.floor(at / o)]!);
    if (!intercept || total === 0) return out;
    for (let q = 0; q < o; q++) {
      let sum = 0;
      for (let at = q; at < out.length; at += o) sum += out[at]!;
      for (let at = q; at < out.length; at += o) out[at]! -= (sum * roots[Math.floor(at / o)]! ** 2) / total;
    }
    return out;
  });
  const sums = new Float64Array(p);
  train.forEach((row, i) => {
    const count = openNeurons(x, row, gates, open);
    for (let at = 0; at < count; at++) {
      const neuron = open[at]!;
      for (let t = 0; t < d; t++) sums[neuron * d + t]! += roots[i]! ** 2 * x.data[row * d + t]!;
      w.forEach((into, system) => {
        let share = 0;
        for (let q = 0; q < o; q++) share += a.data[neuron * o + q]! * coefficients[system]![i * o + q]!;
        for (let t = 0; t < d; t++) into[neuron * d + t]! += share * x.data[row * d + t]!;
      });
    }
  });
  if (intercept && total > 0) {
    for (let i = 0; i < p; i++) {
      const neuron = Math.floor(i / d);
      for (let q = 0; q < c; q++) {
        const [factor, value] = o === c ? [a.data[neuron * o + q]!, w[0]![i]!] : [a.data[neuron]!, w[q]![i]!];
        b[q]! -= (factor * value * sums[i]!) / total;
      }
    }
  }
  return { weights: concatenated(w), intercept: b };
}
