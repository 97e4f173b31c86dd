/** The three kinds of networks that the paper tells apart. */
export type Family = 'linear' | 'nonlinear' | 'bottleneck';

export const WIDTHS = [4, 8, 16, 32, 64, 128, 256] as const;

/** Steps of gradient descent after which the function is kept, the last being the end. */
export const MOMENTS = [0, 1, 2, 3, 5, 7, 10, 14, 20, 28, 40, 56, 80, 112, 150, 200] as const;

/** Places in [−1, 1] at which functions are drawn. */
export const gridPlaces: readonly number[] = Array.from({ length: 101 }, (_, i) => i / 50 - 1);

/** Networks that are drawn at each width. */
export const NETWORKS = 3;

export interface Network {
  readonly family: Family;
  /** m */
  readonly width: number;
  readonly seed: number;
}

/** Training as far as it has come. Lists go along `MOMENTS`. */
export interface Path {
  /** Places in [−1, 1], and what is asked for there. */
  readonly points: readonly (readonly [place: number, target: number])[];
  /** f(w_t) at `gridPlaces`. */
  readonly functions: readonly Float32Array[];
  /** The tangent model, trained by itself with as many steps at the same rate. */
  readonly tangents: readonly Float32Array[];
  /** Mean squared errors on the points. */
  readonly losses: readonly number[];
  readonly tangentLosses: readonly number[];
  /** Root mean square of f − f_lin over the places, both at w_t. */
  readonly distances: readonly number[];
}

/** What follows the width, for each of `WIDTHS` so far. */
export interface Widths {
  /** ‖H‖ at the first point. Here and below means over NETWORKS. */
  readonly hessian: readonly number[];
  /** ‖∇f‖ there. */
  readonly gradient: readonly number[];
  /** Largest distance on the path of training; NaN where one of the networks diverged. */
  readonly distance: readonly number[];
}

export type LinearityTasks = {
  readonly path: { readonly input: Network; readonly progress: Path; readonly result: Path };
  readonly widths: { readonly input: Omit<Network, 'width'>; readonly progress: Widths; readonly result: Widths };
};
