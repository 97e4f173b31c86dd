import { emitExtremum, extremumRules } from './reduce-extremum.ts';
import { reduction } from './reduction.ts';

/** Maximum over axes, NaN where there is a NaN; entries that tie share the derivative equally. */
export const reduceMax = reduction({
  name: 'reduceMax',
  value: (entries) => entries.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
  emit: emitExtremum('ReduceMax'),
  keepsOne: true,
  needsEntries: true,
  ...extremumRules,
});
