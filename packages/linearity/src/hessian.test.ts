import { createMatrix } from '@unbraid/data';
import { greater, matmul, mul, reduceSum, slice, type Tensor, tanh, where } from '@unbraid/graph';
import { nodeRuntime } from '@unbraid/graph/node';
import { dense, filled, initialize, type Model, type ParamSpec, param } from '@unbraid/nn';
import { describe, expect, test } from 'vitest';
import { firstRow, fixture, modelOf, nameOf } from '../test/fixture.ts';
import { gradientNorm, hessianBytes, hessianNorm, ntkNetwork, type WeightFunction } from './index.ts';

const runtime = nodeRuntime({ threads: 1 });
const cases = fixture.networks.map((each) => ({ ...each, name: nameOf(each) }));

describe.each(cases)('the first output of a network ($name)', (network) => {
  const f: WeightFunction = {
    model: modelOf(network),
    params: Float32Array.from(network.params),
    x: firstRow(network.x),
    scalar: (outputs) => reduceSum(slice(outputs, [0, 0], [1, 1])),
  };

  test('has the gradient norm of PyTorch in float64', async () => {
    const { value } = await gradientNorm(f, { runtime });
    expect(Math.abs(value / network.gradientNorm - 1)).toBeLessThan(1e-6);
  });

  test.runIf(network.hessian)("has both ends of the dense Hessian's spectrum, within the bounds", async () => {
    const [smallest, largest] = network.hessian!;
    const { lower, upper, norm, converged } = await hessianNorm(f, { runtime, tolerance: 1e-4 });
    const scale = Math.max(-smallest, largest);
    expect(converged).toBe(true);
    expect(Math.abs(norm.value - scale) / scale).toBeLessThan(1e-5);
    // Beside the bound there is the rounding of weights and products to float32.
    expect(Math.abs(lower.value - smallest)).toBeLessThan(lower.bound + 2e-6 * scale);
    expect(Math.abs(upper.value - largest)).toBeLessThan(upper.bound + 2e-6 * scale);
  });

  test.runIf(network.hessian)('has the same norm by restarts, with few vectors', async () => {
    const { norm, products } = await hessianNorm(f, { runtime, tolerance: 1e-4, vectors: 6 });
    const scale = Math.max(-network.hessian![0], network.hessian![1]);
    expect(products).toBeGreaterThan(6);
    expect(Math.abs(norm.value - scale) / scale).toBeLessThan(1e-5);
  });
});

const x = createMatrix(1, 3, Float32Array.of(1, -1, 0.5));
const model = ntkNetwork({ inputs: 3, width: 50, depth: 2 });
const params = initialize(model, 1);

test('a search that is cut off says so, with bounds that hold', async () => {
  const exact = await hessianNorm({ model, params, x }, { runtime, tolerance: 1e-4 });
  const { converged, products, upper, norm } = await hessianNorm({ model, params, x }, { runtime, maxProducts: 6 });
  expect(converged).toBe(false);
  expect(products).toBe(6);
  expect(upper.bound).toBeGreaterThan(1e-3 * norm.value);
  // Ritz values never pass the ends of the spectrum.
  expect(norm.value).toBeLessThan(exact.norm.value * (1 + 1e-5));
});

test('the Hessian of a loss over several inputs is reached by a scalar of the outputs', async () => {
  // Σ (x·w)² has the Hessian 2 Xᵀ X, which is diagonal with 2 and 8 here.
  const linear = dense(2, 1, { bias: false });
  const rows = createMatrix(2, 2, Float32Array.of(1, 0, 0, 2));
  const scalar = (outputs: Tensor) => reduceSum(mul(outputs, outputs));
  const f = { model: linear, params: initialize(linear, 3), x: rows, scalar };
  const { lower, upper } = await hessianNorm(f, { runtime });
  expect(lower.value).toBeCloseTo(2, 5);
  expect(upper.value).toBeCloseTo(8, 5);
});

describe('bad input of hessianNorm', () => {
  test('relu is refused, with the reason and smooth choices', async () => {
    const kinked = ntkNetwork({ inputs: 3, width: 4, activation: 'relu' });
    const f = { model: kinked, params: initialize(kinked, 0), x };
    await expect(hessianNorm(f, { runtime })).rejects.toThrow(
      /Hessian of a network with relu is not defined.*take a smooth activation such as tanh, swish/,
    );
  });

  test('an input of norm 0 is refused', async () => {
    const f = { model, params, x: createMatrix(1, 3) };
    await expect(hessianNorm(f, { runtime })).rejects.toThrow('row 0 of x has norm 0');
  });

  test('several outputs need a scalar', async () => {
    const f = { model, params, x: createMatrix(2, 3, Float32Array.of(1, 2, 3, 4, 5, 6)) };
    await expect(hessianNorm(f, { runtime })).rejects.toThrow('the model gives [2, 1] for 2 rows; pass one row');
  });

  test('a width that does not fit is refused, with what it would take', async () => {
    const options = { runtime, vectors: 10, availableBytes: hessianBytes(params.length, 10) - 50_000 };
    await expect(hessianNorm({ model, params, x }, options)).rejects.toThrow(
      'the Hessian (2700 parameters) would take 0.1 MB, 0.1 MB are available; take a smaller width',
    );
  });

  test('a number of vectors that Lanczos cannot work with is refused', async () => {
    await expect(hessianNorm({ model, params, x }, { runtime, vectors: 3 })).rejects.toThrow(
      "hessianNorm's vectors is 3; an integer of at least 4 and at most 40 is needed",
    );
  });
});

test('with kinks it is refused, or that of a piece, and says which operators have them', async () => {
  const model = ntkNetwork({ inputs: 2, width: 5, activation: 'relu' });
  const params = initialize(model, 1);
  const f = { model, params, x: [[1, -0.5]] };
  await expect(hessianNorm(f, { runtime })).rejects.toThrow(/relu is not defined/);
  const told: number[] = [];
  const options = { runtime, kinks: 'pieces', onProduct: (count: number) => void told.push(count) } as const;
  const { norm, kinks, products } = await hessianNorm(f, options);
  expect(kinks).toEqual(['relu']);
  // With gates aᵢ the output is Σ vᵢ aᵢ wᵢ·x / √10: of each live neuron the pairs (vᵢ, wᵢ) have ‖x‖ / √10 as the one eigenvalue.
  expect(norm.value).toBeCloseTo(Math.hypot(1, -0.5) / Math.sqrt(10), 5);
  expect(told).toEqual(Array.from({ length: told.length }, (_, i) => i + 1));
  expect(told.length).toBeLessThanOrEqual(products);
});

test('a choice that depends on the weights is a kink, and one that depends on inputs is none', async () => {
  const choosing = (ofWeights: boolean): Model<ParamSpec> => ({
    params: param([2, 1], filled(0.5)),
    apply(w, x) {
      const y = matmul(tanh(x), tanh(w));
      const gate = ofWeights ? y : reduceSum(x, { axes: [1], keepDims: true });
      return where(greater(gate, 0), y, mul(y, 0.1));
    },
  });
  const kinksWith = async (model: Model<ParamSpec>) =>
    (await hessianNorm({ model, params: initialize(model, 0), x: [[1, 2]] }, { runtime, kinks: 'pieces' })).kinks;
  expect(await kinksWith(choosing(true))).toEqual(['where']);
  expect(await kinksWith(choosing(false))).toEqual([]);
});
