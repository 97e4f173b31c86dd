import type { DType } from '../dtype.ts';
import type { Emitter } from '../onnx/emitter.ts';
import { type ReductionAttributes, reduce } from './reduction.ts';

/*
 * ONNX Runtime compares as the processor does, so a maximum hides a NaN or takes it for the result, whichever stands first. These forms
 * find NaN by itself.
 */

/** 1 where an entry is NaN, else 0, as float32. */
export const emitNans = (x: string, emitter: Emitter): string =>
  emitter.node('Cast', [emitter.node('IsNaN', [x])], { to: FLOAT });

/** `value`, but NaN where a truth of the same shape holds. */
export const emitNanWhere = (truth: string, value: string, dtype: DType, emitter: Emitter): string =>
  emitter.node('Where', [truth, emitter.scalar(dtype, Number.NaN), value]);

/** Whether there is a NaN among those that a reduction folds together. */
export const emitAnyNan = (x: string, over: Pick<ReductionAttributes, 'axes' | 'keepDims'>, emitter: Emitter): string =>
  emitter.node('Cast', [reduce('ReduceMax', emitNans(x, emitter), over, emitter)], { to: BOOL });

// Codes of TensorProto.DataType.
const FLOAT = 1;
const BOOL = 9;
