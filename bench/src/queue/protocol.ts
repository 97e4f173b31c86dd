/** What a process that plays workers is told. */
export interface SideTask {
  readonly url: string;
  /** Each with connections of its own. */
  readonly workers: number;
  readonly seconds: number;
  /** Of a unit's result. */
  readonly bytes: number;
}

/** Seconds that each request took. */
export interface Times {
  readonly take: number[];
  readonly touch: number[];
  readonly complete: number[];
}

/** What it tells. */
export type FromSide = { readonly type: 'ready' } | ({ readonly type: 'done' } & Times);

/** What workers of a benchmark must have. */
export const VERSIONS = { bench: '1' };
