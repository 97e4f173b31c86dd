import { emitExtremum, extremumRules } from './reduce-extremum.ts';
import { reduction } from './reduction.ts';

/** Minimum over axes, NaN where there is a NaN; entries that tie share the derivative equally. */
export const reduceMin = reduction({
  name: 'reduceMin',
  value: (entries) => entries.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
  emit: emitExtremum('ReduceMin'),
  keepsOne: true,
  needsEntries: true,
  ...extremumRules,
});
