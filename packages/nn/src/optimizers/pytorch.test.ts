import { expect, test } from 'vitest';
import { type Fixture, pytorch } from '../../test/fixtures.ts';
import {
  activation,
  adam,
  adamW,
  dense,
  fit,
  momentum,
  type Optimizer,
  sequential,
  sgd,
  softmaxCrossEntropy,
} from '../index.ts';

const { x, labels, parameters, runs } = pytorch.training;
const [rows, inputs] = x.shape as [number, number];
const hidden = parameters[1]!.shape[0]!;
const classes = parameters[3]!.shape[0]!;

function optimizerOf({ optimizer, settings }: Fixture['training']['runs'][number]): Optimizer {
  const { weightDecay, momentum: factor = 0, nesterov = false } = settings;
  if (optimizer === 'adam') return adam({ l2: weightDecay });
  if (optimizer === 'adamW') return adamW({ weightDecay });
  return factor === 0 ? sgd({ l2: weightDecay }) : momentum({ momentum: factor, nesterov, l2: weightDecay });
}

test.each(runs)('five steps of $optimizer, $settings, agree with PyTorch', async (run) => {
  const losses: number[] = [];
  const { params } = await fit({
    model: sequential([dense(inputs, hidden), activation('tanh'), dense(hidden, classes)]),
    loss: softmaxCrossEntropy,
    data: { x: { data: Float32Array.from(x.data), rows, cols: inputs }, y: Int32Array.from(labels.data) },
    params: Float32Array.from(parameters.flatMap(({ data }) => data)),
    optimizer: optimizerOf(run),
    learningRate: run.settings.learningRate,
    batchSize: Number.POSITIVE_INFINITY,
    steps: run.losses.length,
    onStep: ({ loss }) => losses.push(loss),
  });
  expect(losses).toHaveLength(run.losses.length);
  for (const [i, loss] of losses.entries()) expect(loss).toBeCloseTo(run.losses[i]!, 5);
  for (const [i, value] of params.entries()) expect(value).toBeCloseTo(run.parameters[i]!, 5);
});
