import { binary } from './binary.ts';
import { broadcastTo } from './broadcast-to.ts';
import { uniformValue } from './constant.ts';
import { neg } from './neg.ts';

/** Entry by entry. A product with a constant 0 is not folded away: 0 · NaN is NaN. */
export const mul = binary({
  name: 'mul',
  onnx: 'Mul',
  value: (a, b) => a * b,
  partials: [(t, _a, b) => mul(t, b), (t, a) => mul(t, a)],
  simplify({ inputs: [a, b], shape }) {
    if (uniformValue(a!) === -1) return broadcastTo(neg(b!), shape);
    if (uniformValue(b!) === -1) return broadcastTo(neg(a!), shape);
    if (uniformValue(a!) === 1) return broadcastTo(b!, shape);
    if (uniformValue(b!) === 1) return broadcastTo(a!, shape);
    return undefined;
  },
});
