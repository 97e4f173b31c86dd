import { having } from '@unbraid/checks';
import type { Runtime } from '@unbraid/graph';

/** Settings that most functions take. */
export const shared = {
  runtime: having<Runtime>('a runtime, as nodeRuntime makes it,', 'arena', 'kernels').optional(),
  signal: having<AbortSignal>('an AbortSignal', 'aborted', 'throwIfAborted').optional(),
};
