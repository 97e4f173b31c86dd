import { LINEAR_UP_TO, staysLinear } from './departure.ts';

/** Where training took a network. */
export type TrainingRegime = 'lazy' | 'between' | 'feature learning' | 'untrained' | 'diverged';

/** What the regime is read off, after training. Relative numbers are infinite where training diverged. */
export interface TrainingDeparture {
  /** ‖K(w_T) − K(w₀)‖_F / ‖K(w₀)‖_F */
  readonly kernelChange: number;
  /** ‖f(w_T) − f_lin(w_T)‖ / ‖f_lin(w_T) − f(w₀)‖, over rows. */
  readonly distance: number;
  /** Mean squared errors before the first step and after the last. */
  readonly firstLoss: number;
  readonly loss: number;
}

/** Where one regime ends and the next begins. */
export interface RegimeThresholds {
  /** Largest kernel change and distance of a lazy network. Default 0.1, as in `unbraid inspect`. */
  readonly lazyUpTo?: number;
  /** Kernel change or distance from which on it is feature learning. Default 0.5. */
  readonly featuresFrom?: number;
  /** Share of the first loss up to which the last one must have come for there to be a verdict. Default 0.5. */
  readonly trainedFrom?: number;
}

/** Thresholds, those left out at their defaults. */
export const regimeThresholds = { lazyUpTo: LINEAR_UP_TO, featuresFrom: 0.5, trainedFrom: 0.5 } as const;

/**
 * `diverged` where the loss is not finite; `untrained` where it fell by too little to say (a step of 0 changes no kernel); `lazy` where kernel change and distance
 * from the tangent model are both at most `lazyUpTo`; `feature learning` where either is `featuresFrom` or more; else `between`.
 */
export function trainingRegimeOf(departure: TrainingDeparture, thresholds: RegimeThresholds = {}): TrainingRegime {
  const { lazyUpTo, featuresFrom, trainedFrom } = { ...regimeThresholds, ...thresholds };
  const { kernelChange, distance, firstLoss, loss } = departure;
  if (!Number.isFinite(loss)) return 'diverged';
  if (!(loss <= trainedFrom * firstLoss)) return 'untrained';
  if (staysLinear(departure, lazyUpTo)) return 'lazy';
  return kernelChange >= featuresFrom || distance >= featuresFrom ? 'feature learning' : 'between';
}

/** What to make of it, in a sentence. */
export const trainingRegimeMeanings: Readonly<Record<TrainingRegime, string>> = {
  lazy: 'the trained network is still its tangent model: its features are those of the start',
  between: 'the features have moved, and most of what was learnt is still linear in the weights',
  'feature learning': 'training changed the features: the network is no longer its tangent model',
  untrained: 'the loss hardly fell, so that nothing is known of where training leads: take more steps, or larger ones',
  diverged: 'the step is too large: the loss grew without end',
};
