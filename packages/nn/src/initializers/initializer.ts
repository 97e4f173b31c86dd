import type { Random } from '@unbraid/kernels';

/** How many entries one output entry is summed from, and how many it goes on to; initializers scale by them. */
export interface Fans {
  readonly fanIn: number;
  readonly fanOut: number;
}

/** What an initializer of ours is, for a saved model. */
export interface InitializerDescription {
  readonly name: string;
  /** Of `filled`, `gaussian` and `orthogonal`. */
  readonly value?: number;
}

/** How the first values of a parameter are drawn. */
export interface Initializer {
  /** Writes every entry of `out`. */
  fill(out: Float32Array, random: Random, fans: Fans): void;
  /** What a layer multiplies the parameter by whenever it uses it; 1 where it is left out. */
  factor?(fans: Fans): number;
  /** Set by ours alone; a saved model names its initializers by it. */
  readonly description?: InitializerDescription;
}
