import {
  add,
  concat,
  constant,
  div,
  gather,
  hostOperator,
  mul,
  part,
  reshape,
  ShapeError,
  scatterAdd,
  sub,
  type Tensor,
  vjp,
} from '@unbraid/graph';
import { rowOfEntries, type Structure } from '../structure.ts';
import { placeTables } from './placed.ts';

type GatedSum = (x: Tensor, p: Tensor, q: Tensor) => Tensor;

const known = new WeakMap<Structure, Map<number, GatedSum>>();

/**
 * F_i = x_i − Σ_j s_ij ⊙ (stay_ij x_i − ã_ij x_j) over the neighbours j of i and i itself, with s_ij = limit / (1 + p_i ⊙ q_j): the pairwise
 * gates of GFGN where p = e^−a and q = e^−b (s_ij = limit · σ(a_i + b_j)). x, p, q are float32 [nodes, width]. Nothing of the size of
 * edges × features is stored, forward or backward; all three gradients come from one walk over the edges.
 * @throws {ShapeError} unless all three have the same shape with a row for each node
 */
export function gatedSum(structure: Structure, limit: number, x: Tensor, p: Tensor, q: Tensor): Tensor {
  const limits = known.get(structure) ?? new Map<number, GatedSum>();
  known.set(structure, limits);
  const operator = limits.get(limit) ?? make(structure, limit);
  limits.set(limit, operator);
  return operator(x, p, q);
}

function make(structure: Structure, limit: number): GatedSum {
  const meaning = ([x, p, q]: readonly Tensor[]) => meaningOf(structure, limit, x!, p!, q!);
  const backward = hostOperator({
    name: 'gatedSumBackward',
    type: ([x]) => ({ shape: [3, ...x!.shape], dtype: 'float32' }),
    meaning([x, p, q, g]) {
      const { cotangent } = vjp((xs: readonly Tensor[]) => meaning(xs), [x!, p!, q!] as readonly Tensor[], g!);
      return concat(cotangent.map((t) => reshape(t, [1, ...t.shape])));
    },
    prepare: ({ arena, kernels }) => {
      const placed = tables(structure, arena);
      return {
        run([x, p, q, g], out) {
          const [size, all] = [x!.length, out as Float32Array];
          const [dx, dp, dq] = [0, 1, 2].map((i) => all.subarray(i * size, (i + 1) * size)) as [
            Float32Array,
            Float32Array,
            Float32Array,
          ];
          kernels.pairGatesBackward(gates(placed.views, structure, limit, [x, p, q]), {
            g: g as Float32Array,
            dx,
            dp,
            dq,
          });
        },
        release: placed.release,
      };
    },
  });
  return hostOperator({
    name: 'gatedSum',
    type(inputs) {
      const [x] = inputs;
      const alike = inputs.every((t) => t.dtype === 'float32' && t.shape.join() === x!.shape.join());
      if (!alike || x!.shape.length !== 2 || x!.shape[0] !== structure.nodes) {
        const shapes = inputs.map((t) => `${t.dtype}[${t.shape.join(', ')}]`).join(', ');
        throw new ShapeError(`gatedSum: x, p and q are float32[${structure.nodes}, width], got ${shapes}`);
      }
      return x!;
    },
    meaning,
    vjp(g, [x, p, q]) {
      const all = backward(x!, p!, q!, g);
      const size = x!.shape[0]! * x!.shape[1]!;
      return [0, 1, 2].map((i) => part(all, i * size, x!.shape));
    },
    prepare: ({ arena, kernels }) => {
      const placed = tables(structure, arena);
      return {
        run: ([x, p, q], out) =>
          kernels.pairGates(gates(placed.views, structure, limit, [x, p, q]), out as Float32Array),
        release: placed.release,
      };
    },
  });
}

function meaningOf({ normalized, stay, nodes }: Structure, limit: number, x: Tensor, p: Tensor, q: Tensor): Tensor {
  const entries = stay.length;
  const from = constant(normalized.columns, [entries], 'int32');
  const to = constant(rowOfEntries(normalized), [entries], 'int32');
  const score = div(limit, add(mul(gather(p, to), gather(q, from)), 1));
  const [stays, moves] = [stay, normalized.values].map((weights) => constant(weights, [entries, 1]));
  const differences = sub(mul(gather(x, to), stays!), mul(gather(x, from), moves!));
  return sub(x, scatterAdd(mul(score, differences), to, nodes));
}

/** The edges in the arena; forward and backward share them. */
function tables(structure: Structure, arena: Parameters<typeof placeTables>[0]) {
  const { normalized, stay } = structure;
  return placeTables(arena, structure, {
    starts: normalized.starts,
    columns: normalized.columns,
    move: normalized.values,
    stay,
  });
}

function gates(
  views: Readonly<Record<string, unknown>>,
  { nodes }: Structure,
  limit: number,
  inputs: readonly unknown[],
) {
  const [x, p, q] = inputs as [Float32Array, Float32Array, Float32Array];
  const { starts, columns, stay, move } = views as {
    starts: Int32Array;
    columns: Int32Array;
    stay: Float32Array;
    move: Float32Array;
  };
  return { starts, columns, stay, move, width: x.length / nodes, limit, x, p, q };
}
