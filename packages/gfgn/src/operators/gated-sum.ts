import {
  add,
  concat,
  constant,
  div,
  exp,
  gather,
  hostOperator,
  maximum,
  minimum,
  mul,
  neg,
  part,
  type Runtime,
  reshape,
  ShapeError,
  scatterAdd,
  sub,
  type Tensor,
  type TypedArray,
  vjp,
} from '@unbraid/graph';
import { rowOfEntries } from '@unbraid/kernels';
import { createKeeper } from '../keeper.ts';
import type { Structure } from '../structure.ts';
import { placeTables } from './placed.ts';
import { shareScratch } from './scratch.ts';

type GatedSum = (x: Tensor, a: Tensor, b: Tensor) => Tensor;

const known = createKeeper<Structure, GatedSum>();

/**
 * F_i = x_i − Σ_j (A + I)_ij / √D_i s_ij ⊙ (x_i / √D_i − x_j / √D_j) over the neighbours j of i and i itself, with s_ij = limit · σ(a_i + b_j): the pairwise gates of
 * GFGN. x, a, b are float32 [nodes, width]; entries of a and b are held within ±40. Nothing of the size of edges × features is stored, forward
 * or backward; all three gradients come from one walk over the edges.
 * @throws {ShapeError} unless all three have the same shape with a row for each node
 */
export function gatedSum(structure: Structure, limit: number, x: Tensor, a: Tensor, b: Tensor): Tensor {
  return known(structure, () => make(structure, limit), limit)(x, a, b);
}

function make(structure: Structure, limit: number): GatedSum {
  const meaning = ([x, a, b]: readonly Tensor[]) => meaningOf(structure, limit, x!, a!, b!);
  const backward = hostOperator({
    name: 'gatedSumBackward',
    type: ([x]) => ({ shape: [3, ...x!.shape], dtype: 'float32' }),
    meaning([x, a, b, g]) {
      const { cotangent } = vjp((xs: readonly Tensor[]) => meaning(xs), [x!, a!, b!] as readonly Tensor[], g!);
      return concat(cotangent.map((t) => reshape(t, [1, ...t.shape])));
    },
    prepare(runtime, { inputs: [x] }) {
      const { gates, release } = prepareGates(runtime, structure, limit, x!.shape[1]!);
      return {
        run(inputs, out) {
          const [, , , g] = inputs as readonly Float32Array[];
          const [dx, da, db] = thirds(out as Float32Array);
          runtime.kernels.pairGatesBackward(gates(inputs), { g: g!, dx, da, db });
        },
        release,
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
        throw new ShapeError(`gatedSum: x, a and b are float32[${structure.nodes}, width], got ${shapes}`);
      }
      return x!;
    },
    meaning,
    vjp(g, [x, a, b]) {
      const all = backward(x!, a!, b!, g);
      const size = x!.shape[0]! * x!.shape[1]!;
      return [0, 1, 2].map((i) => part(all, i * size, x!.shape));
    },
    prepare(runtime, { inputs: [x] }) {
      const { gates, release } = prepareGates(runtime, structure, limit, x!.shape[1]!);
      return {
        run: (inputs, out) => runtime.kernels.pairGates(gates(inputs), out as Float32Array),
        release,
      };
    },
  });
}

/** Keeps e^−z and the product of two such finite in float32, as the kernels do. */
const LARGEST = 40;

const factor = (z: Tensor): Tensor => exp(neg(maximum(minimum(z, constant(LARGEST)), constant(-LARGEST))));

function meaningOf({ closed, roots, nodes }: Structure, limit: number, x: Tensor, a: Tensor, b: Tensor): Tensor {
  const [p, q] = [factor(a), factor(b)];
  const { columns, values } = closed;
  const entries = columns.length;
  const from = constant(columns, [entries], 'int32');
  const to = constant(rowOfEntries(closed), [entries], 'int32');
  const score = div(limit, add(mul(gather(p, to), gather(q, from)), 1));
  const degrees = constant(roots, [nodes, 1]);
  const y = div(x, degrees);
  const differences = sub(gather(y, to), gather(y, from));
  const weights = div(constant(values, [values.length, 1]), gather(degrees, to));
  return sub(x, scatterAdd(mul(mul(score, weights), differences), to, nodes));
}

function thirds(array: Float32Array): [Float32Array, Float32Array, Float32Array] {
  const size = array.length / 3;
  return [array.subarray(0, size), array.subarray(size, 2 * size), array.subarray(2 * size)];
}

/** What both kernels take. */
function prepareGates({ arena, kernels }: Runtime, structure: Structure, limit: number, width: number) {
  const { closed, roots, nodes } = structure;
  const { starts, columns, values } = closed;
  const tables = placeTables(arena, structure, () => ({ starts, columns, values, roots }));
  const room = kernels.pairGatesRoom(nodes, width);
  const scratch = shareScratch(arena, room);
  return {
    gates(inputs: readonly TypedArray[]) {
      const [x, a, b] = inputs as [Float32Array, Float32Array, Float32Array];
      const { starts, columns, values, roots } = tables.views as Edges;
      return {
        starts,
        columns,
        values,
        roots,
        width,
        limit,
        x,
        a,
        b,
        room: scratch.floats(room),
      };
    },
    release() {
      tables.release();
      scratch.release();
    },
  };
}

interface Edges {
  readonly starts: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float32Array;
  readonly roots: Float32Array;
}
