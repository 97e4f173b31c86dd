import { nodeRuntime } from '@unbraid/graph/node';
import { createRandom } from '@unbraid/kernels';
import { isPermutationOf } from '@unbraid/laperm';
import { initialize } from '@unbraid/nn';
import { expect, it } from 'vitest';
import { lapermOf, trainDense } from './dense-fit.ts';
import { denseNetworks } from './dense-networks.ts';
import type { Images } from './image-sets.ts';

/** Noise in the shape of CIFAR-10's images. */
function drawn(rows: number, seed: number): Images {
  const cols = 3 * 32 * 32;
  const data = createRandom(seed).uniform(new Float32Array(rows * cols), 0, 1);
  return { x: { data, rows, cols }, y: Int32Array.from({ length: rows }, (_, row) => row % 10) };
}

it.each(['conv4', 'resnet50'] as const)('%s trains on colour images and only permutes its weights', async (name) => {
  const network = denseNetworks[name]();
  const initial = initialize(network.model, 1);
  const losses: number[] = [];
  const fit = await trainDense(
    network,
    { optimizer: lapermOf(network, 1), initial },
    { training: drawn(10, 1), validation: drawn(4, 2), test: drawn(4, 3) },
    { epochs: 1, batchSize: 5, learningRate: 0.01, augment: true, validateSteps: 1 },
    {
      runtime: nodeRuntime({ threads: 1 }),
      seed: 1,
      signal: new AbortController().signal,
      checkpoints: { load: async () => undefined, save: async () => undefined } as never,
      onEpoch: ({ loss }) => losses.push(loss),
    },
  );
  expect(losses).toHaveLength(2);
  expect(Number.isFinite(losses[0])).toBe(true);
  expect(isPermutationOf(network.model, initial, fit.params, network.skip)).toBe(true);
  expect(fit.params).not.toEqual(initial);
});
