import { StateError } from '@unbraid/checks';

/** Whether the bytes of `buffer` have gone elsewhere. A view over them then has length 0, like one that is only empty. */
function isDetached(buffer: ArrayBufferLike): boolean {
  try {
    new Uint8Array(buffer);
    return false;
  } catch {
    return true;
  }
}

/**
 * Keeps a kernel from silently doing nothing.
 *
 * @throws StateError when the view's bytes have gone, as happens to views over an arena that grows
 */
export function rejectDetached(view: ArrayBufferView): void {
  if (view.byteLength === 0 && isDetached(view.buffer)) {
    throw new StateError(
      'kernels: an array is detached from its memory, which is what happens when an arena grows; ' +
        'take arrays from block.data after each allocation',
    );
  }
}
