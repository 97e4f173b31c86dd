import { checkFiniteValues, InputError } from '@unbraid/checks';
import { layoutOf } from '@unbraid/graph';
import type { Seed } from '@unbraid/kernels';
import type { PredictOptions } from '@unbraid/nn';
import type { Vae } from '../vae/vae.ts';

/** A model and values of its parameters. */
export interface TrainedVae<V extends Vae = Vae> {
  readonly vae: V;
  /** Flat, as `layoutOf(vae.params)` says. */
  readonly params: Float32Array;
}

/** What runs the graphs, and how many rows at a time: by default `defaultRuntime()` of `@unbraid/graph/runtime`, and 256. */
export type UseOptions = PredictOptions;

/** The same, of what draws codes. */
export interface SeededOptions extends UseOptions {
  /** A whole number, or a stream, which is advanced. Default 0. */
  readonly seed?: Seed;
}

/** Rows at a time: their feature maps stay small, the cores busy. */
export const ROWS = 256;

/** @throws {InputError} unless there is a finite value for each parameter */
export function checkParams({ vae, params }: TrainedVae): void {
  const { size } = layoutOf(vae.params, 'params');
  if (params.length !== size) {
    throw new InputError('model', `dynamic-vae: ${params.length} parameters are given, the model has ${size}`);
  }
  checkFiniteValues('dynamic-vae: the vector of parameters', params, 'training has diverged');
}
