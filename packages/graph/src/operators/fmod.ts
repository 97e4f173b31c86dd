import type { Tensor } from '../tensor.ts';
import { binary } from './binary.ts';
import { ceil } from './ceil.ts';
import { chain } from './chain.ts';
import { div } from './div.ts';
import { floor } from './floor.ts';
import { less } from './less.ts';
import { neg } from './neg.ts';
import { where } from './where.ts';

/** How often b goes into a, towards zero. */
function times(a: Tensor, b: Tensor): Tensor {
  const quotient = div(a, b);
  return where(less(quotient, 0), ceil(quotient), floor(quotient));
}

/** What is left of a after whole b are taken from it, with the sign of a (C's fmod, JavaScript's %). */
export const fmod = binary({
  name: 'fmod',
  onnx: (inputs, _, emitter) => emitter.node('Mod', inputs, { fmod: 1 }),
  value: (a, b) => a % b,
  partials: [(t) => t, (t, a, b) => neg(chain(t, times(a, b)))],
});
