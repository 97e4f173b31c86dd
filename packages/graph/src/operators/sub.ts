import { binary } from './binary.ts';
import { broadcastTo } from './broadcast-to.ts';
import { uniformValue } from './constant.ts';
import { neg } from './neg.ts';

/** a − b, entry by entry, with NumPy's broadcasting. */
export const sub = binary({
  name: 'sub',
  onnx: 'Sub',
  value: (a, b) => a - b,
  partials: [(t) => t, (t) => neg(t)],
  simplify({ inputs: [a, b], shape }) {
    if (uniformValue(b!) === 0) return broadcastTo(a!, shape);
    if (uniformValue(a!) === 0) return broadcastTo(neg(b!), shape);
    return undefined;
  },
});
