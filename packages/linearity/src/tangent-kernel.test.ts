import { createMatrix } from '@unbraid/data';
import { nodeRuntime } from '@unbraid/graph/node';
import { createRandom } from '@unbraid/kernels';
import { dense, initialize } from '@unbraid/nn';
import { describe, expect, test } from 'vitest';
import { fixture, matrix, modelOf, nameOf, relativeError } from '../test/fixture.ts';
import { ntkNetwork, tangentKernel } from './index.ts';

const runtime = nodeRuntime({ threads: 1 });
const cases = fixture.networks.map((each) => ({ ...each, name: nameOf(each) }));

describe.each(cases)('the tangent kernel of a network ($name)', (network) => {
  const point = { model: modelOf(network), params: Float32Array.from(network.params) };
  const [x, z] = [matrix(network.x), matrix(network.z)];

  test('is that of PyTorch in float64, for one set of inputs and for two', async () => {
    const own = await tangentKernel(point, x, x, { runtime });
    expect(relativeError(own.kernel.data, network.kernel.data)).toBeLessThan(1e-6);
    const both = await tangentKernel(point, x, z, { runtime });
    expect([both.kernel.rows, both.kernel.cols]).toEqual(network.kernelXZ.shape);
    expect(relativeError(both.kernel.data, network.kernelXZ.data)).toBeLessThan(1e-6);
  });

  test('is the same by way of the Jacobian, in blocks of rows', async () => {
    const direct = await tangentKernel(point, x, x, { runtime, method: 'jacobian' });
    expect(direct.jacobianPaths.length).toBeGreaterThan(0);
    expect(relativeError(direct.kernel.data, network.kernel.data)).toBeLessThan(1e-6);
    const both = await tangentKernel(point, x, z, { runtime, method: 'jacobian' });
    expect(relativeError(both.kernel.data, network.kernelXZ.data)).toBeLessThan(1e-6);
  });

  test('says how exact it is, truthfully', async () => {
    const { kernel, relativeError: stated } = await tangentKernel(point, x, x, { runtime });
    const actual = relativeError(kernel.data, network.kernel.data);
    // The stated error is of a sample of the entries, for the float32 values of the inputs.
    expect(actual).toBeLessThan(10 * stated + 1e-7);
    expect(stated).toBeLessThan(1e-5);
    expect(stated).toBeGreaterThan(0);
  });
});

describe('the way to the tangent kernel', () => {
  test('forms no Jacobian for dense layers, and forms it for filters alone in a convolutional network', async () => {
    const paths = await Promise.all(
      cases.map(async (network) => {
        const point = { model: modelOf(network), params: Float32Array.from(network.params) };
        const { jacobianPaths, errorKind } = await tangentKernel(point, matrix(network.x), undefined, { runtime });
        return { ...network.options, jacobianPaths, errorKind };
      }),
    );
    for (const { kind, activation, jacobianPaths, errorKind } of paths) {
      expect(jacobianPaths).toEqual(kind === 'dense' ? [] : ['hidden1.weight', 'hidden2.weight']);
      // ONNX Runtime has neither erf nor convolutions in float64.
      const measured = kind === 'dense' && activation !== 'erf' && activation !== 'gelu';
      expect(errorKind).toBe(measured ? 'measured' : 'estimated');
    }
  });

  test('counts biases: a dense layer with one has the kernel (x·z + 1)', async () => {
    const model = dense(3, 1);
    const x = createMatrix(2, 3, Float32Array.of(1, 2, 3, -1, 0, 2));
    const params = initialize(model, 1);
    for (const method of ['auto', 'jacobian'] as const) {
      const { kernel } = await tangentKernel({ model, params }, x, x, { runtime, method });
      expect([...kernel.data]).toEqual([15, 6, 6, 6]);
    }
  });

  test('covers a weight that is used twice by the Jacobian', async () => {
    const shared = ntkNetwork({ inputs: 4, width: 4, depth: 1, outputs: 4 });
    const model = { ...shared, apply: (p: never, x: never) => shared.apply(p, shared.apply(p, x) as never) };
    const x = createMatrix(3, 4, createRandom(1).normal(new Float32Array(12)));
    const point = { model, params: initialize(shared, 2) };
    const { jacobianPaths, kernel } = await tangentKernel(point, x, x, { runtime });
    expect(jacobianPaths).toEqual(['hidden1.weight', 'output.weight']);
    const { kernel: direct } = await tangentKernel(point, x, x, { runtime, method: 'jacobian' });
    expect(relativeError(kernel.data, direct.data)).toBeLessThan(1e-6);
  });
});

describe('bad input of tangentKernel', () => {
  const model = ntkNetwork({ inputs: 2, width: 3 });
  const params = initialize(model, 0);
  const x = createMatrix(2, 2, Float32Array.of(1, 2, 0, 0));

  test('an input of norm 0 is named', async () => {
    await expect(tangentKernel({ model, params }, x, x, { runtime })).rejects.toThrow('row 1 of x has norm 0');
    const first = createMatrix(1, 2, Float32Array.of(1, 2));
    await expect(tangentKernel({ model, params }, first, x, { runtime })).rejects.toThrow('row 1 of z has norm 0');
  });

  test('a model with biases takes it', async () => {
    const biased = dense(2, 1);
    const { kernel } = await tangentKernel({ model: biased, params: initialize(biased, 0) }, x, x, { runtime });
    expect([...kernel.data]).toEqual([6, 1, 1, 1]);
  });

  test('an entry that is not finite is named', async () => {
    const y = createMatrix(2, 2, Float32Array.of(1, 2, Number.NaN, 0));
    await expect(tangentKernel({ model, params }, y, y, { runtime })).rejects.toThrow(
      'x has 1 NaN value, the first at row 1',
    );
  });

  test('parameters of another number are refused', async () => {
    const point = { model, params: params.slice(1) };
    await expect(tangentKernel(point, x, x, { runtime })).rejects.toThrow(
      'linearity: the model has 9 parameters, 8 values are given',
    );
  });
});
