import { expect, it } from 'vitest';
import { z } from 'zod';
import { describeSettings } from './describe.ts';

it('describes every setting in words, with its default', () => {
  const settings = z.object({
    k: z.int().min(1).default(64).describe('Neurons'),
    rate: z.number().positive().max(1).default(0.1).describe('Step size'),
    inputs: z
      .array(z.enum(['gaussian', 'mnist']))
      .default(['gaussian'])
      .describe('Where inputs come from'),
    exact: z.boolean().default(true).describe('Solve exactly'),
    ridge: z
      .union([z.number(), z.literal('auto')])
      .default('auto')
      .describe('λ'),
    ratios: z.array(z.number().positive()).default([1]).describe('c = k·d/m'),
    name: z.string().default('').describe('A name'),
  });
  expect(describeSettings(settings)).toEqual([
    { name: 'k', type: 'integer ≥ 1', default: 64, description: 'Neurons' },
    { name: 'rate', type: 'number > 0, ≤ 1', default: 0.1, description: 'Step size' },
    {
      name: 'inputs',
      type: 'list of gaussian | mnist',
      default: ['gaussian'],
      description: 'Where inputs come from',
    },
    { name: 'exact', type: 'boolean', default: true, description: 'Solve exactly' },
    { name: 'ridge', type: 'number | auto', default: 'auto', description: 'λ' },
    { name: 'ratios', type: 'list of numbers > 0', default: [1], description: 'c = k·d/m' },
    { name: 'name', type: 'string', default: '', description: 'A name' },
  ]);
});
