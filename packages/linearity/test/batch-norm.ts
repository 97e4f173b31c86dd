import { readFileSync } from 'node:fs';
import { type Tensor, tanh } from '@unbraid/graph';
import { type AnyModel, activation, applyModel, batchNorm, dense, inference, type Mode, sequential } from '@unbraid/nn';
import type { Stored } from './fixture.ts';

interface BatchNormCase {
  readonly kernel: Stored;
  readonly kernelXZ: Stored;
  readonly hessian: readonly [number, number];
  readonly gradientNorm: number;
  readonly output: readonly number[];
  readonly linear: readonly number[];
}

/** What PyTorch computed in float64: `python/fixtures/linearity_batch_norm.py`. */
interface BatchNormFixture {
  readonly params: readonly number[];
  readonly moved: readonly number[];
  readonly x: Stored;
  readonly z: Stored;
  readonly inference: BatchNormCase;
  readonly training: BatchNormCase;
}

export const batchNormFixture = JSON.parse(
  readFileSync(new URL('./fixtures/batch-norm.json', import.meta.url), 'utf8'),
) as BatchNormFixture;

/** The fixture's network: `inference` by running statistics, `training` by those of the batch. */
export const batchNormModels: Readonly<Record<'inference' | 'training', AnyModel>> = (() => {
  const model = sequential({
    first: dense(3, 5),
    norm: batchNorm({ features: 5 }),
    tanh: activation((x: Tensor) => tanh(x)),
    last: dense(5, 2),
  });
  const mode: Mode = { ...inference, training: true, update() {} };
  return { inference: model, training: { ...model, apply: (p: never, x: Tensor) => applyModel(model, p, x, mode) } };
})();
