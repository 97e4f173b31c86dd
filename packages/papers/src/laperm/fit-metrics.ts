import type { Experiment } from '@unbraid/experiment';

/** What is logged in each epoch of a fit. */
export const fitMetrics = {
  loss: { description: "Mean loss over the epoch's batches, penalty included", x: 'epoch', by: ['fit'] },
  training: {
    description: 'Accuracy on the batches trained on, each before its step',
    unit: '%',
    x: 'epoch',
    by: ['fit'],
  },
  validation: { description: 'Accuracy on the validation images', unit: '%', x: 'epoch', by: ['fit'] },
} satisfies Experiment['metrics'];
