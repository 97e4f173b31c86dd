import { extremumRules } from './reduce-extremum.ts';
import { reduction } from './reduction.ts';

/** Minimum over axes; entries that tie share the derivative equally. */
export const reduceMin = reduction({
  name: 'reduceMin',
  onnx: 'ReduceMin',
  start: Number.POSITIVE_INFINITY,
  step: Math.min,
  ...extremumRules,
});
