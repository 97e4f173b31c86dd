import { readFileSync } from 'node:fs';
import { compile, withScope } from '@unbraid/graph';
import { nodeRuntime } from '@unbraid/graph/node';
import { expect, it } from 'vitest';
import { denseNetworks, type Objective, type RowForm, type Vae, vaeFrom } from '../src/index.ts';
import { regularizerOf } from '../src/training/objectives/regularizer-of.ts';
import { traceTrainingStep } from '../src/training/training-step.ts';
import { hashed, hashedParams } from './hashed.ts';

/** What PyTorch computed of a step; `about` in the file says how. */
interface StepCase {
  readonly input: RowForm;
  readonly likelihood?: 'bernoulli';
  readonly values?: number;
  readonly objective: Objective;
  readonly setPoint?: number;
  readonly x: readonly number[];
  readonly bounds: readonly number[];
  readonly more: readonly number[];
  readonly reconstruction: number;
  readonly kl: readonly number[];
  readonly loss: number;
  readonly gradient: readonly number[];
}

const { rows, latent, hidden, likelihoods, objectives } = JSON.parse(
  readFileSync(new URL('./fixtures/steps.json', import.meta.url), 'utf8'),
) as {
  readonly rows: number;
  readonly latent: number;
  readonly hidden: number;
  readonly likelihoods: readonly StepCase[];
  readonly objectives: readonly StepCase[];
};

const runtime = nodeRuntime({ threads: 1 });

function vaeOf({ input, likelihood, values }: StepCase): Vae {
  const inputs = 'columns' in input ? 10 : (input as { length: number }).length;
  const perLatent = values === undefined ? 2 : 1;
  const networks = denseNetworks({ inputs, latent, hidden: [hidden], perLatent });
  return vaeFrom({ ...networks, input, ...(likelihood && { likelihood }), ...(values && { values }) });
}

const norm = (values: readonly number[]) => Math.hypot(...values);

async function checkStep(one: StepCase): Promise<void> {
  await withScope(async (scope) => {
    const vae = vaeOf(one);
    const params = hashedParams({ encoder: vae.params.encoder, decoder: vae.params.decoder }, one.bounds, 1);
    const data = Float32Array.of(...params, ...one.more);
    const regularize = regularizerOf(one.objective, { vae, rows, count: undefined });
    const graph = traceTrainingStep(vae, rows, regularize);
    const { inputs, outputs, run } = scope.own(await compile(graph, runtime, { inputs: { params: { data } } }));
    inputs.x.float32.set(one.x);
    inputs.noise.float32.set(hashed(3, rows * latent).map((value) => 1.7 * value));
    inputs.beta.float32[0] = one.objective.name === 'beta' ? one.objective.beta! : 1;
    inputs.setPoint.float32[0] = one.setPoint ?? 0;
    await run();
    const relative = (value: number, expected: number) => Math.abs(value - expected) / Math.abs(expected);
    expect(relative(outputs.loss.float32[0]!, one.loss)).toBeLessThan(1e-5);
    expect(relative(outputs.reconstruction.float32[0]!, one.reconstruction)).toBeLessThan(1e-5);
    one.kl.forEach((kl, j) => {
      expect(relative(outputs.kl.float32[j]!, kl)).toBeLessThan(1e-5);
    });
    const gradient = Array.from(outputs.grad.float32);
    expect(gradient.length).toBe(one.gradient.length);
    const error = norm(gradient.map((entry, i) => entry - one.gradient[i]!));
    expect(error / norm(one.gradient)).toBeLessThan(1e-5);
  });
}

const likelihoodName = ({ input, likelihood }: StepCase) =>
  'columns' in input ? 'mixed columns' : JSON.stringify(likelihood);

it.each(likelihoods.map((one) => [likelihoodName(one), one] as const))(
  'the likelihood of %s has PyTorch’s loss and gradient to 1e-5',
  (_, one) => checkStep(one),
);

it.each(objectives.map((one) => [JSON.stringify(one.objective), one] as const))(
  'the objective %s has PyTorch’s loss and gradient to 1e-5',
  (_, one) => checkStep(one),
);
