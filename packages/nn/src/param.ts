import { type Shape, spec, type TensorSpec } from '@unbraid/graph';
import type { Initializer } from './initializers/initializer.ts';

/** How many entries one output entry is summed from, and how many it goes on to; initializers scale by them. */
export interface Fans {
  readonly fanIn: number;
  readonly fanOut: number;
}

/** A trainable float32 tensor: its shape, and how its first values are drawn. */
export interface ParamSpec extends TensorSpec {
  readonly initializer: Initializer;
  readonly fans: Fans;
}

/**
 * Describes a parameter.
 * @param fans by default those of a matrix `[fanIn, fanOut]` that inputs are multiplied by from the left; leading axes
 * count to fanIn
 */
export function param(shape: Shape, initializer: Initializer, fans: Fans = fansOf(shape)): ParamSpec {
  return { ...spec(shape), initializer, fans };
}

function fansOf(shape: Shape): Fans {
  const fanOut = shape.at(-1) ?? 1;
  return { fanIn: shape.slice(0, -1).reduce((product, size) => product * size, 1), fanOut };
}
