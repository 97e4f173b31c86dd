import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyFloat, arraysOf, shift, tameFloat } from '../../test/arbitraries.ts';
import { bitsOf, inArena, scalar, wasm } from '../../test/twins.ts';
import type { AdamOptions } from './adam.ts';

const options = fc.record<AdamOptions>({
  learningRate: fc.double({ min: 1e-6, max: 1, noNaN: true }),
  step: fc.integer({ min: 1, max: 100_000 }),
  beta1: fc.double({ min: 0, max: 0.999, noNaN: true }),
  beta2: fc.double({ min: 0, max: 0.9999, noNaN: true }),
  epsilon: fc.constantFrom(1e-8, 1e-3),
  weightDecay: fc.constantFrom(0, 0.1),
  l2: fc.constantFrom(0, 0.01),
});

/** Params, gradients, m and v, of which v is never negative. */
const state = (entry: fc.Arbitrary<number>) =>
  arraysOf(4, entry).map(([params, grads, m, v]) => [params!, grads!, m!, v!.map(Math.abs)] as const);

/** Adam as Kingma and Ba write it, in float64. */
function reference(parameter: number, gradient: number, steps: number, { learningRate, weightDecay = 0 }: AdamOptions) {
  let [p, m, v] = [parameter, 0, 0];
  for (let t = 1; t <= steps; t++) {
    p -= learningRate * weightDecay * p;
    m = 0.9 * m + 0.1 * gradient;
    v = 0.999 * v + 0.001 * gradient * gradient;
    p -= (learningRate * (m / (1 - 0.9 ** t))) / (Math.sqrt(v / (1 - 0.999 ** t)) + 1e-8);
  }
  return p;
}

describe('adam', () => {
  it('has the same bits in wasm and in the twin, for any length, alignment and contents', () => {
    fc.assert(
      fc.property(state(anyFloat), options, shift, (arrays, adamOptions, by) => {
        const [params, grads, m, v] = arrays.map((array) => array.slice()) as [
          Float32Array,
          Float32Array,
          Float32Array,
          Float32Array,
        ];
        const finite = scalar.adam({ params, grads, m, v }, adamOptions);
        let finiteInWasm: boolean | undefined;
        const results = inArena(arrays, by, (params, grads, m, v) => {
          finiteInWasm = wasm.adam({ params, grads, m, v }, adamOptions);
        });
        expect(finiteInWasm).toBe(finite);
        expect(results.map(bitsOf)).toEqual([params, grads, m, v].map(bitsOf));
      }),
    );
  });

  it.each([0, 0.1])('follows the paper over several steps, with weight decay %d', (weightDecay) => {
    const adamOptions = { learningRate: 0.01, step: 1, weightDecay };
    const params = Float32Array.of(1, -2, 0.5);
    const start = [...params];
    const grads = Float32Array.of(0.3, -1e-4, 20);
    const [m, v] = [new Float32Array(3), new Float32Array(3)];
    for (let step = 1; step <= 20; step++) scalar.adam({ params, grads, m, v }, { ...adamOptions, step });
    for (const [i, parameter] of params.entries()) {
      expect(parameter).toBeCloseTo(reference(start[i]!, grads[i]!, 20, adamOptions), 5);
    }
  });

  it('adds l2 times the parameters to the gradients', () => {
    const run = (params: Float32Array, grads: Float32Array, l2: number) => {
      scalar.adam(
        { params, grads, m: new Float32Array(2), v: new Float32Array(2) },
        { learningRate: 0.1, step: 1, l2 },
      );
      return params;
    };
    const coupled = run(Float32Array.of(1, -3), Float32Array.of(0.5, 0.25), 0.5);
    expect(coupled).toEqual(run(Float32Array.of(1, -3), Float32Array.of(1, -1.25), 0));
  });

  it('notices a gradient that is not finite at any position', () => {
    const place = fc.integer({ min: 0, max: 40 });
    fc.assert(
      fc.property(place, fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY), (at, bad) => {
        const grads = new Float32Array(41);
        const arrays = [new Float32Array(41), grads, new Float32Array(41), new Float32Array(41)] as const;
        inArena(arrays, 1, (params, grads, m, v) => {
          expect(wasm.adam({ params, grads, m, v }, { learningRate: 0.1, step: 1 })).toBe(true);
          grads[at] = bad;
          expect(wasm.adam({ params, grads, m, v }, { learningRate: 0.1, step: 1 })).toBe(false);
        });
      }),
    );
  });

  it('moves every parameter by the learning rate at the first step, whatever the scale of its gradient', () => {
    fc.assert(
      fc.property(arraysOf(1, tameFloat), ([grads]) => {
        const zeros = () => new Float32Array(grads!.length);
        const params = zeros();
        scalar.adam({ params, grads: grads!, m: zeros(), v: zeros() }, { learningRate: 0.1, step: 1, epsilon: 0 });
        for (const [i, gradient] of grads!.entries()) {
          if (Math.abs(gradient) > 1e-10) expect(params[i]).toBeCloseTo(-0.1 * Math.sign(gradient), 5);
        }
      }),
    );
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses step %d', (step) => {
    const one = () => new Float32Array(1);
    const state = { params: one(), grads: one(), m: one(), v: one() };
    expect(() => wasm.adam(state, { learningRate: 0.1, step })).toThrow(/kernels: adam's step counts from 1/);
  });

  it('refuses arrays of different lengths', () => {
    const state = {
      params: new Float32Array(2),
      grads: new Float32Array(2),
      m: new Float32Array(2),
      v: new Float32Array(3),
    };
    expect(() => wasm.adam(state, { learningRate: 0.1, step: 1 })).toThrow(/but v has 3 entries and params has 2/);
  });
});
