import { binary } from './binary.ts';
import { broadcastTo } from './broadcast-to.ts';
import { chain, chainQuotient } from './chain.ts';
import { uniformValue } from './constant.ts';
import { neg } from './neg.ts';

/** Entry by entry; whole numbers are divided towards zero. */
export const div = binary({
  name: 'div',
  onnx: 'Div',
  value: (a, b) => a / b,
  partials: [(t, _a, b) => chainQuotient(t, b), (t, _a, b, y) => neg(chain(t, div(y, b)))],
  simplify: ({ inputs: [a, b], shape }) => (uniformValue(b!) === 1 ? broadcastTo(a!, shape) : undefined),
});
