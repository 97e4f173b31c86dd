import { binary } from './binary.ts';
import { broadcastTo } from './broadcast-to.ts';
import { uniformValue } from './constant.ts';

export const add = binary({
  name: 'add',
  onnx: 'Add',
  value: (a, b) => a + b,
  partials: [(t) => t, (t) => t],
  simplify({ inputs: [a, b], shape }) {
    if (uniformValue(a!) === 0) return broadcastTo(b!, shape);
    if (uniformValue(b!) === 0) return broadcastTo(a!, shape);
    return undefined;
  },
});
