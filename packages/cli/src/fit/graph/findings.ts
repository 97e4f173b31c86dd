import type { Compared } from './compare.ts';
import type { Scores } from './scores.ts';
import type { GraphSettings } from './settings.ts';
import type { Smoothing } from './smoothing.ts';
import type { GraphSource } from './source.ts';

/** Everything that a fit comes to. */
export interface Findings {
  readonly source: GraphSource;
  readonly settings: GraphSettings;
  /** The model that is saved, then what it was compared with. */
  readonly compared: readonly (Compared & { readonly scores: Scores })[];
  readonly majority: Scores;
  readonly smoothing: Smoothing | undefined;
  /** Losses of each epoch of the model that is saved. */
  readonly final: {
    readonly best: number;
    readonly train: Float64Array;
    readonly validation: Float64Array;
  };
  readonly features: number;
}
