import { laperm, lapermSettings } from '../methods/laperm.ts';
import { mlp, mlpSettings } from '../methods/mlp.ts';
import { tableModule } from '../run.ts';
import { NETWORK_FLAGS } from './flag-names.ts';

const shared = {
  smoke: { steps: 300, repeats: 2, importanceRows: 500, dependenceRows: 100 },
  full: { steps: 30_000, repeats: 20, importanceRows: 10_000, dependenceRows: 2000 },
};

/** `fit mlp`. */
export const mlpModule = tableModule(
  mlp,
  {
    title: 'A network of ReLU layers of a table',
    paper: 'for comparison',
    description:
      'Learns to predict one column of a table by the others, by a network of ReLU layers that is trained by AdamW until the loss of rows that are held out of training rises. The learning rate is ' +
      'chosen in the first fold.',
    settings: mlpSettings,
    presets: { ...shared, short: {}, smoke: { ...shared.smoke, rates: [0.003] } },
    summary: {
      learningRate: 'Learning rate that was chosen',
      epochs: 'Epochs that trainings took, their mean over folds',
    },
  },
  NETWORK_FLAGS,
);

/** `fit laperm`. */
export const lapermModule = tableModule(
  laperm,
  {
    title: 'A network of a table whose weights only change places',
    paper: 'after arXiv 2003.02570',
    description:
      'Learns to predict one column of a table by the others, by a network whose weights keep the values they were drawn with: training puts them in another order, neuron by neuron. Learning rate and ' +
      'period are chosen in the first fold.',
    settings: lapermSettings,
    presets: { ...shared, short: {}, smoke: { ...shared.smoke, rates: [0.01], periods: [20], mlp: false } },
    summary: {
      learningRate: 'Learning rate that was chosen',
      epochs: 'Epochs that trainings took, their mean over folds',
    },
  },
  NETWORK_FLAGS,
);
