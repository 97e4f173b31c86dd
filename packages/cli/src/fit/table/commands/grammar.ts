import type { Method } from '../../method.ts';
import { tableGrammar } from '../flags.ts';

/** The methods that learn of tables. */
export const tableMethods: readonly Method[] = [
  {
    name: 'galu',
    description: 'a table: a GaLU network, its size and ridge chosen by cross-validation',
    grammar: (command) =>
      void tableGrammar(command)
        .option('--neurons <list>', 'numbers of neurons to try: 0,16,64; 0 is the linear model')
        .option('--ridge <list>', 'λ of the penalty λ‖W‖² to try: 0.1,1,10')
        .option('--gates <kind>', 'sparse, gaussian, differences, k-means or relu (default: sparse)')
        .option('--members <n>', 'networks whose outputs are averaged (default: 1)'),
    load: async () => (await import('./galu.ts')).module,
  },
  {
    name: 'mlp',
    description: 'a table: a network of ReLU layers, its learning rate chosen, stopped early',
    grammar: (command) => void networkGrammar(tableGrammar(command)),
    load: async () => (await import('./networks.ts')).mlpModule,
  },
  {
    name: 'laperm',
    description: 'a table: a network whose weights keep their values and only change places',
    grammar: (command) => void networkGrammar(tableGrammar(command)),
    load: async () => (await import('./networks.ts')).lapermModule,
  },
];

const networkGrammar = (command: ReturnType<typeof tableGrammar>) =>
  command
    .option('--hidden <widths>', 'widths of the hidden layers: 128,64')
    .option('--rates <list>', 'learning rates to try: 0.01,0.003,0.001')
    .option('--steps <n>', 'most steps of a training');
