import {
  add,
  concat,
  constant,
  div,
  exp,
  gather,
  hostOperator,
  maximum,
  mul,
  part,
  type Runtime,
  reshape,
  ShapeError,
  scatterAdd,
  type Tensor,
  vjp,
} from '@unbraid/graph';
import { type Csr, checkCsr, rowOfEntries } from '@unbraid/kernels';
import { createKeeper } from '../keeper.ts';
import { placeMatrix } from './placed.ts';

type Attend = (h: Tensor, left: Tensor, right: Tensor) => Tensor;

const known = createKeeper<Csr, Attend>();

/** What negative scores are multiplied by (Veličković et al. 2018, section 2.1). */
export const SLOPE = 0.2;

/**
 * Σ_j α_ij h_j over the entries j of row i, head by head; α_i is the softmax of leaky(left_i + right_j). h is float32 [nodes, heads · width], left
 * and right are float32 [nodes, heads].
 * @throws {ShapeError} for other shapes
 */
export function attend(matrix: Csr, h: Tensor, left: Tensor, right: Tensor): Tensor {
  return known(matrix, () => make(matrix))(h, left, right);
}

function make(matrix: Csr): Attend {
  checkCsr(matrix, 'attend: the matrix');
  const backward = hostOperator({
    name: 'attendBackward',
    type: ([h, left, right]) => ({
      shape: [[h, left, right].reduce((n, t) => n + t!.shape[0]! * t!.shape[1]!, 0)],
      dtype: 'float32',
    }),
    meaning([h, left, right, , g]) {
      const f = ([h, l, r]: readonly Tensor[]) => meaningOf(matrix, h!, l!, r!);
      const { cotangent } = vjp(f, [h!, left!, right!] as readonly Tensor[], g!);
      return concat(cotangent.map((t) => reshape(t, [t.shape[0]! * t.shape[1]!])));
    },
    prepare: (runtime) => {
      const { kernels } = runtime;
      const { given, release } = placeAttention(runtime, matrix);
      return {
        run([h, left, right, result, g], out) {
          const all = out as Float32Array;
          const [hEnd, leftEnd] = [h!.length, h!.length + left!.length];
          kernels.attentionBackward(given([h, left, right]), {
            out: result as Float32Array,
            g: g as Float32Array,
            dh: all.subarray(0, hEnd),
            dleft: all.subarray(hEnd, leftEnd),
            dright: all.subarray(leftEnd),
          });
        },
        release,
      };
    },
  });
  return hostOperator({
    name: 'attend',
    type(inputs) {
      const [h, left, right] = inputs as readonly [Tensor, Tensor, Tensor];
      const [heads, width] = [left.shape[1], h.shape[1]];
      const shaped = inputs.every((t) => t.dtype === 'float32' && t.shape.length === 2 && t.shape[0] === matrix.rows);
      if (!shaped || right.shape[1] !== heads || width! % heads! !== 0) {
        const shapes = inputs.map((t) => `${t.dtype}[${t.shape.join(', ')}]`).join(', ');
        throw new ShapeError(
          `attend: takes float32[${matrix.rows}, heads · width] and twice [${matrix.rows}, heads], got ${shapes}`,
        );
      }
      return h;
    },
    meaning: ([h, left, right]) => meaningOf(matrix, h!, left!, right!),
    vjp(g, [h, left, right], result) {
      const all = backward(h!, left!, right!, result, g);
      const [hEnd, scores] = [h!.shape[0]! * h!.shape[1]!, left!.shape[0]! * left!.shape[1]!];
      return [part(all, 0, h!.shape), part(all, hEnd, left!.shape), part(all, hEnd + scores, right!.shape)];
    },
    prepare: (runtime) => {
      const { kernels } = runtime;
      const { given, release } = placeAttention(runtime, matrix);
      return {
        run: ([h, left, right], out) => kernels.attention(given([h, left, right]), out as Float32Array),
        release,
      };
    },
  });
}

/** By e^score without subtracting the largest score, which the kernel does: scores up to 80 keep float32 finite. */
function meaningOf(matrix: Csr, h: Tensor, left: Tensor, right: Tensor): Tensor {
  const entries = matrix.columns.length;
  const [from, to] = [matrix.columns, rowOfEntries(matrix)].map((list) => constant(list, [entries], 'int32'));
  const [nodes, heads] = left.shape as readonly [number, number];
  const width = h.shape[1]! / heads;
  const z = add(gather(left, to!), gather(right, from!));
  const weight = exp(maximum(z, mul(z, SLOPE)));
  const totals = gather(scatterAdd(weight, to!, nodes), to!);
  const shares = reshape(div(weight, totals), [entries, heads, 1]);
  const messages = mul(reshape(gather(h, from!), [entries, heads, width]), shares);
  return reshape(scatterAdd(messages, to!, nodes), h.shape);
}

/** What both kernels take besides their inputs, in the arena. */
function placeAttention({ arena, kernels }: Runtime, matrix: Csr) {
  const { rows } = matrix;
  const { views, release } = placeMatrix(arena, matrix);
  const factors = arena.alloc('float64', kernels.attentionRoom(rows));
  return {
    given(inputs: readonly unknown[]) {
      const [h, left, right] = inputs as [Float32Array, Float32Array, Float32Array];
      const { starts, columns } = views as { starts: Int32Array; columns: Int32Array };
      const heads = left.length / rows;
      const width = h.length / left.length;
      return { starts, columns, heads, width, slope: SLOPE, factors: factors.data, h, left, right };
    },
    release() {
      release();
      factors.free();
    },
  };
}
