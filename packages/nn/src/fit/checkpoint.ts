/** JSON. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A fit's whole state; the same shape as the experiment package's `State`. */
export interface SavedState {
  readonly meta: Json;
  readonly arrays: Readonly<Record<string, Float32Array | Float64Array | Int32Array | Uint8Array>>;
}

/** Where a fit keeps its state. */
export interface CheckpointStore {
  /** The state saved last, if there is one. */
  load(): Promise<SavedState | undefined>;
  save(state: SavedState): Promise<void>;
  /** Epochs from one save to the next. Default 1; the end and an abort are saved in any case. */
  readonly everyEpochs?: number;
}
