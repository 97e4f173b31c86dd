import type { Key } from './philox.ts';

/** Arrays that random numbers are written to; in a Float64Array they have the resolution of float32. */
export type FloatArray = Float32Array | Float64Array;

/** All there is to a stream; plain JSON. */
export interface RandomState {
  readonly key: Key;
  /** Numbers taken so far. */
  readonly position: number;
}

/**
 * A stream of random numbers. The number at a position depends on the seed, the labels it was split by, the position
 * and the distribution alone: not on how calls divide the output, nor on the machine.
 */
export interface Random {
  /**
   * The independent stream called `label`. It depends on this stream's seed and labels, not on its position, and does not
   * advance it.
   *
   * @throws InputError for a number that is not a safe integer
   */
  split(label: string | number): Random;

  /**
   * Fills `out` with uniform numbers in [low, high), by default [0, 1), in steps of (high − low)·2⁻²⁴, and returns it.
   *
   * @throws InputError unless low < high are finite and differ as float32
   */
  uniform<A extends FloatArray>(out: A, low?: number, high?: number): A;

  /**
   * Fills `out` with normal numbers, by default of mean 0 and standard deviation 1, and returns it. They reach 6.7
   * standard deviations.
   *
   * @throws InputError unless both are finite and std >= 0
   */
  normal<A extends FloatArray>(out: A, mean?: number, std?: number): A;

  /** Fills `out` with +1 and −1, each with probability ½, and returns it. */
  sign<A extends FloatArray | Int32Array | Int8Array>(out: A): A;

  /** Fills `out` with 32-bit words and returns it. */
  bits(out: Uint32Array): Uint32Array;

  /** A number in [0, 1), a multiple of 2⁻⁵³. Takes two positions. */
  next(): number;

  /**
   * An integer from 0 to n − 1, each with the same probability.
   *
   * @throws InputError unless n is an integer from 1 to 2³² − 1
   */
  int(n: number): number;

  /**
   * The integers from 0 to n − 1 in random order, each order with the same probability.
   *
   * @throws InputError unless n is an integer from 0 to 2³¹
   */
  permutation(n: number): Int32Array;

  /** What `restoreRandom` goes on from. */
  state(): RandomState;
}
