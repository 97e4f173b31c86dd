import { bernoulliMask, hostOperator, maskKeys, mul, type Tensor } from '@unbraid/graph';

type Drop = (x: Tensor, key: Tensor) => Tensor;

const known = new Map<string, Drop>();

/**
 * Dropout (Srivastava et al. 2014) of float32 entries: those of `bernoulliMask(key, x.shape, keep, stream)` are divided by `keep`, the others
 * are zeros. The mask is not stored; the gradient draws it again.
 */
export function drop(x: Tensor, key: Tensor, keep: number, stream: number): Tensor {
  const setting = `${keep}|${stream}`;
  const operator = known.get(setting) ?? make(keep, stream);
  known.set(setting, operator);
  return operator(x, key);
}

function make(keep: number, stream: number): Drop {
  const scale = 1 / keep;
  return hostOperator({
    name: 'drop',
    type: ([x]) => x!,
    meaning: ([x, key]) => mul(x!, mul(bernoulliMask(key!, x!.shape, keep, stream), scale)),
    vjp: (cotangent, [, key]) => [drop(cotangent, key!, keep, stream)],
    jvp: ([along], [, key]) => along && drop(along, key!, keep, stream),
    prepare: ({ kernels }) => ({
      run([x, key], out) {
        const [seed, step] = key as Int32Array;
        const keys = maskKeys(seed!, step!, stream);
        kernels.dropout(x as Float32Array, { keys, kept: Math.round(keep * 65536), scale }, out as Float32Array);
      },
    }),
  });
}
