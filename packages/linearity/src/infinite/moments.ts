/** Second moments of a pair of Gaussians u and v of mean 0. */
export interface Moments {
  /** E u² */
  readonly xx: number;
  /** E v² */
  readonly zz: number;
  /** E u v */
  readonly xz: number;
}

/** E φ(u) φ(v) and E φ'(u) φ'(v). */
export interface Means {
  readonly product: number;
  readonly slopes: number;
}
