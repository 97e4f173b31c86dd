import { binary } from './binary.ts';
import { broadcastTo } from './broadcast-to.ts';
import { uniformValue } from './constant.ts';
import { mul } from './mul.ts';

/** a + b, entry by entry, with NumPy's broadcasting. */
export const add = binary({
  name: 'add',
  onnx: 'Add',
  value: (a, b) => a + b,
  partials: [(t) => t, (t) => t],
  simplify({ inputs: [a, b], shape }) {
    if (uniformValue(a!) === 0) return broadcastTo(b!, shape);
    if (uniformValue(b!) === 0) return broadcastTo(a!, shape);
    // The gradient of x · x is such a sum.
    return a === b ? broadcastTo(mul(a!, 2), shape) : undefined;
  },
});
