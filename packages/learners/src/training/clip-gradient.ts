import type { Kernels } from '@unbraid/kernels';

/** Added to the norm that gradients are cut by, as in PyTorch's `clip_grad_norm_`. */
const EPSILON = 1e-6;

/** Cuts a gradient, in place, to a norm of at most `largest`; Infinity leaves it as it is. */
export function clipGradient(kernels: Kernels, gradient: Float32Array, largest: number): void {
  if (largest === Number.POSITIVE_INFINITY) return;
  const share = largest / (kernels.norm2(gradient) + EPSILON);
  if (share < 1) kernels.scale(gradient, share);
}
