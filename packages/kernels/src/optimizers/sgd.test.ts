import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyFloat, arraysOf, shift } from '../../test/arbitraries.ts';
import { bitsOf, inArena, scalar, wasm } from '../../test/twins.ts';
import type { SgdOptions } from './sgd.ts';

const options = fc.record<SgdOptions>({
  learningRate: fc.double({ min: 1e-6, max: 1, noNaN: true }),
  momentum: fc.constantFrom(0, 0.5, 0.9),
  nesterov: fc.boolean(),
  weightDecay: fc.constantFrom(0, 0.1),
  l2: fc.constantFrom(0, 0.01),
});

/** Two steps with constant gradients, in float64. */
function twoSteps(
  parameter: number,
  gradient: number,
  { learningRate: rate, momentum = 0, nesterov, weightDecay = 0, l2 = 0 }: SgdOptions,
) {
  let [p, velocity] = [parameter, 0];
  for (let step = 0; step < 2; step++) {
    const g = gradient + l2 * p;
    velocity = momentum * velocity + g;
    p = p - rate * weightDecay * p - rate * (nesterov ? g + momentum * velocity : velocity);
  }
  return p;
}

describe('sgd', () => {
  it('has the same bits in wasm and in the twin, for any length, alignment and contents', () => {
    fc.assert(
      fc.property(arraysOf(3, anyFloat), options, shift, (arrays, sgdOptions, by) => {
        const [params, grads, velocity] = arrays.map((array) => array.slice()) as [
          Float32Array,
          Float32Array,
          Float32Array,
        ];
        const finite = scalar.sgd({ params, grads, velocity }, sgdOptions);
        let finiteInWasm: boolean | undefined;
        const results = inArena(arrays, by, (params, grads, velocity) => {
          finiteInWasm = wasm.sgd({ params: params!, grads: grads!, velocity: velocity! }, sgdOptions);
        });
        expect(finiteInWasm).toBe(finite);
        expect(results.map(bitsOf)).toEqual([params, grads, velocity].map(bitsOf));
      }),
    );
  });

  it.each<SgdOptions>([
    { learningRate: 0.1 },
    { learningRate: 0.1, momentum: 0.9 },
    { learningRate: 0.1, momentum: 0.9, nesterov: true },
    { learningRate: 0.1, momentum: 0.9, weightDecay: 0.2, l2: 0.3 },
    { learningRate: 0.1, weightDecay: 0.2, l2: 0.3 },
  ])('steps as its definition says with %o', (sgdOptions) => {
    const params = Float32Array.of(1, -2);
    const grads = Float32Array.of(0.5, 4);
    const velocity = new Float32Array(2);
    for (let step = 0; step < 2; step++) scalar.sgd({ params, grads, velocity }, sgdOptions);
    expect(params[0]).toBeCloseTo(twoSteps(1, 0.5, sgdOptions), 6);
    expect(params[1]).toBeCloseTo(twoSteps(-2, 4, sgdOptions), 6);
  });

  it('leaves the velocity alone without momentum', () => {
    const velocity = Float32Array.of(5);
    scalar.sgd({ params: new Float32Array(1), grads: Float32Array.of(1), velocity }, { learningRate: 0.1 });
    expect(velocity[0]).toBe(5);
  });

  it.each([0, 0.9])('notices a gradient that is not finite, with momentum %d', (momentum) => {
    const grads = new Float32Array(11);
    inArena([new Float32Array(11), grads, new Float32Array(11)], 1, (params, grads, velocity) => {
      expect(wasm.sgd({ params, grads, velocity }, { learningRate: 0.1, momentum })).toBe(true);
      grads[10] = Number.NEGATIVE_INFINITY;
      expect(wasm.sgd({ params, grads, velocity }, { learningRate: 0.1, momentum })).toBe(false);
      grads.fill(0);
      grads[2] = Number.NaN;
      expect(wasm.sgd({ params, grads, velocity }, { learningRate: 0.1, momentum })).toBe(false);
    });
  });

  it('asks for a velocity when there is momentum', () => {
    const state = { params: new Float32Array(1), grads: new Float32Array(1) };
    expect(() => wasm.sgd(state, { learningRate: 0.1, momentum: 0.9 })).toThrow(/momentum 0\.9 needs state\.velocity/);
  });

  it('refuses arrays of different lengths', () => {
    const state = { params: new Float32Array(1), grads: new Float32Array(2) };
    expect(() => wasm.sgd(state, { learningRate: 0.1 })).toThrow(/grads has 2 entries and params has 1/);
  });
});
