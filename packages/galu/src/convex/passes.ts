import {
  cast,
  compile,
  matmul,
  mul,
  type Runtime,
  reduceSum,
  type Scope,
  spec,
  sub,
  type Tensor,
  trace,
} from '@unbraid/graph';
import { inBlocks } from '../blocks.ts';
import { sumOf } from '../network.ts';
import type { GatedFeatures } from './gated-features.ts';
import { evenBlocks } from './row-blocks.ts';

/** Weights of several gates and outputs, a vector of d for each: those of the first output's gates come first. */
export interface Shape {
  /** c */
  readonly outputs: number;
  /** a */
  readonly gates: number;
  /** d */
  readonly columns: number;
}

/** What weights come to. */
export interface Passed {
  /** Y − Φ w, n numbers for each output. */
  readonly residual: Float64Array;
  /** Φᵀ(Y − Φ w) / n, as the weights lie. */
  readonly pulls: Float64Array;
}

/** Φ and Φᵀ of some of the gates, by ONNX Runtime: there and back in one call. */
export interface Passes {
  readonly shape: Shape;
  /** Takes other gates, a at most; where there are fewer, nothing comes of the weights of the others. */
  choose(gates: ArrayLike<number>): void;
  /**
   * @param weights c · a · d, as {@link Shape} says
   * @param targets Y, n numbers for each output
   */
  run(weights: Float64Array, targets: Float64Array): Promise<Passed>;
}

/** What passes are made of. */
export interface PassedRows {
  readonly features: Pick<GatedFeatures, 'rows' | 'columns' | 'open'>;
  /** X, or X turned, n × d. */
  readonly x: Float64Array;
  /** c */
  readonly outputs: number;
}

/** How many gates there is room for, and how precise passes are. */
export interface Room {
  /** a */
  readonly gates: number;
  readonly dtype: 'float32' | 'float64';
}

/** Passes of any gates, as many as there is room for. */
export async function compilePasses(
  scope: Scope,
  { features: f, x, outputs }: PassedRows,
  { gates, dtype }: Room,
  runtime: Runtime,
): Promise<Passes> {
  const { rows: n, columns: d, open } = f;
  const rows = evenBlocks(n, gates);
  const each = <T>(of: () => T): T[] => Array.from({ length: outputs }, of);
  const specs = {
    x: inBlocks(rows, d, dtype),
    open: inBlocks(rows, gates, 'bool'),
    y: each(() => inBlocks(rows, 1, dtype)),
    w: each(() => spec([gates, d], dtype)),
  };
  const graph = trace(specs, ({ x: blocks, open: masks, y, w }) => {
    const residual = y.map((targets, o) =>
      blocks.map((block, b) =>
        sub(targets[b]!, reduceSum(gated(masks[b]!, block, w[o]!), { axes: [1], keepDims: true })),
      ),
    );
    const pulls = residual.map((rest) =>
      mul(
        sumOf(blocks.map((block, b) => matmul(mul(cast(masks[b]!, dtype), rest[b]!), block, { transposeA: true }))),
        1 / n,
      ),
    );
    return { residual, pulls };
  });
  const step = scope.own(
    await compile(graph, runtime, { inputs: { x: { data: dtype === 'float64' ? x : Float32Array.from(x) } } }),
  );
  return {
    shape: { outputs, gates, columns: d },
    choose(chosen) {
      const mask = step.inputs.open.data as Uint8Array;
      mask.fill(0);
      for (let at = 0; at < chosen.length; at++) for (const i of open[chosen[at]!]!) mask[i * gates + at] = 1;
    },
    async run(weights, targets) {
      step.inputs.w[dtype].set(weights);
      step.inputs.y[dtype].set(targets);
      await step.runNow();
      const { residual, pulls } = step.outputs;
      return { residual: Float64Array.from(residual[dtype]), pulls: Float64Array.from(pulls[dtype]) };
    },
  };
}

/** D_j X w_j of a block of rows, a column for each gate. */
const gated = (mask: Tensor, x: Tensor, w: Tensor): Tensor =>
  mul(cast(mask, x.dtype), matmul(x, w, { transposeB: true }));
