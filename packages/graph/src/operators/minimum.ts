import { binary } from './binary.ts';
import { share } from './tie-share.ts';

/** The smaller of two entries; where they are equal each gets half of the derivative. */
export const minimum = binary({
  name: 'minimum',
  onnx: 'Min',
  value: (a, b) => Math.min(a, b),
  partials: [(t, a, b) => share(t, b, a), (t, a, b) => share(t, a, b)],
});
