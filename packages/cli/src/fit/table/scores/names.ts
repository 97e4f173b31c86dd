import type { ScoreName } from './sums.ts';

/** How a score is shown, and which way is better. */
export interface ScoreMeaning {
  readonly label: string;
  readonly higherIsBetter: boolean;
  readonly meaning: string;
}

export const meanings: Readonly<Record<ScoreName, ScoreMeaning>> = {
  r2: { label: 'R²', higherIsBetter: true, meaning: 'share of the variance that is explained' },
  rmse: { label: 'RMSE', higherIsBetter: false, meaning: "root of the mean squared error, in the target's unit" },
  mae: { label: 'MAE', higherIsBetter: false, meaning: "mean absolute error, in the target's unit" },
  accuracy: { label: 'accuracy', higherIsBetter: true, meaning: 'share of rows whose class is right' },
  logLoss: { label: 'log loss', higherIsBetter: false, meaning: 'mean of −ln of the probability of the true class' },
  auc: {
    label: 'AUC',
    higherIsBetter: true,
    meaning: 'how likely a row of the second class gets a higher probability of it than one of the first',
  },
  macroF1: { label: 'macro F1', higherIsBetter: true, meaning: 'mean of the F1 of each class' },
};
