import { galu, galuSettings } from '../methods/galu.ts';
import { tableModule } from '../run.ts';
import { GALU_FLAGS } from './flag-names.ts';

/** `fit galu`. */
export const module = tableModule(
  galu,
  {
    title: 'A GaLU network of a table',
    paper: 'after arXiv 1906.05032',
    description:
      'Learns to predict one column of a table by the others. A GaLU network has gates that stay as they are drawn and linear parts that are solved for: training is convex, so ' +
      'sizes and ridges are compared cheaply, by cross-validation, and the best one is trained on all rows. What is learned of the columns (means, levels, means of the target) is learned ' +
      'in each fold from its training rows alone.',
    settings: galuSettings,
    presets: {
      smoke: {
        neurons: [0, 16],
        ridge: [0.1, 1, 10],
        repeats: 2,
        importanceRows: 500,
        dependenceRows: 100,
        mlp: false,
      },
      short: {},
      full: { neurons: [0, 16, 64, 256], members: 2, repeats: 20, importanceRows: 10_000, dependenceRows: 2000 },
    },
    summary: {
      neurons: 'Neurons of the network that was chosen; 0 is the linear model',
      ridge: 'its ridge λ',
      members: 'Networks whose outputs are averaged',
    },
  },
  GALU_FLAGS,
);
