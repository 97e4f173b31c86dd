import { callback, having, type WarningListener } from '@unbraid/checks';
import type { Runtime } from '@unbraid/graph';

/** Of iterations that may end early: is told so, in one line. */
export const warnings = { onWarning: callback<WarningListener>().optional() };

/** Settings that most functions take. */
export const shared = {
  runtime: having<Runtime>('a runtime, as nodeRuntime makes it,', 'arena', 'kernels').optional(),
  signal: having<AbortSignal>('an AbortSignal', 'aborted', 'throwIfAborted').optional(),
};
