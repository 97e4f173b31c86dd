import type { Initializer } from './initializer.ts';

/**
 * N(0, 1), multiplied by 1/√fanIn in use: outputs are those of N(0, 1/fanIn), but gradients have a limit as widths grow
 * (Jacot, Gabriel and Hongler 2018, section 2).
 */
export const ntk: Initializer = {
  fill: (out, random) => void random.normal(out),
  factor: ({ fanIn }) => 1 / Math.sqrt(fanIn),
  description: { name: 'ntk' },
};
