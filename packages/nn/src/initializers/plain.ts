import type { Initializer } from './initializer.ts';

/** Every entry the same. */
export const filled = (value: number): Initializer => ({ fill: (out) => void out.fill(value) });

export const zeros: Initializer = filled(0);

/** N(0, std²), whatever the shape. */
export const gaussian = (std: number): Initializer => ({ fill: (out, random) => void random.normal(out, 0, std) });
