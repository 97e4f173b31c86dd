import { extremumRules } from './reduce-extremum.ts';
import { reduction } from './reduction.ts';

/** Maximum over axes; entries that tie share the derivative equally. */
export const reduceMax = reduction({
  name: 'reduceMax',
  onnx: 'ReduceMax',
  start: Number.NEGATIVE_INFINITY,
  step: Math.max,
  ...extremumRules,
});
