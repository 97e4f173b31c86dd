import { binary } from './binary.ts';
import { share } from './tie-share.ts';

/** The larger of two entries; where they are equal each gets half of the derivative. */
export const maximum = binary({
  name: 'maximum',
  onnx: 'Max',
  value: (a, b) => Math.max(a, b),
  partials: [(t, a, b) => share(t, a, b), (t, a, b) => share(t, b, a)],
});
