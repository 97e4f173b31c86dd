import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyFloat, arraysOf, shift, tameFloat } from '../../test/arbitraries.ts';
import { bitsOf, inArena, scalar, wasm } from '../../test/twins.ts';
import type { LayerNorm, LayerNormGradients } from './layer-norm.ts';

describe('geluBackward', () => {
  it('has the same bits in wasm and in the twin, for any length, alignment and contents', () => {
    fc.assert(
      fc.property(arraysOf(3, anyFloat), shift, ([x, g, out], by) => {
        const expected = out!.slice();
        scalar.geluBackward(x!, g!, expected);
        const [, , actual] = inArena([x!, g!, out!], by, (a, b, c) => wasm.geluBackward(a, b, c));
        expect(bitsOf(actual!)).toEqual(bitsOf(expected));
      }),
    );
  });

  it('is the derivative of x Φ(x) to 2e-7, with its limits', () => {
    // The gradient of PyTorch 2.15's gelu in float64, and the limits.
    const known: readonly [number, number][] = [
      [-8, -3.9807546004751e-14],
      [-3, -0.011945647204184],
      [-1, -0.083315470587686],
      [-0.001, 0.49920211570516],
      [0, 0.5],
      [0.5, 0.86749512465616],
      [1, 1.0833154705877],
      [2, 1.0852318010782],
      [6, 1.0000000354687],
      [Number.POSITIVE_INFINITY, 1],
      [Number.NEGATIVE_INFINITY, 0],
      [1e30, 1],
      [-1e30, 0],
    ];
    const x = Float32Array.from(known, ([at]) => at);
    const out = new Float32Array(x.length);
    scalar.geluBackward(x, new Float32Array(x.length).fill(1), out);
    for (const [i, [at, slope]] of known.entries())
      expect(Math.abs(out[i]! - slope), `at ${at}`).toBeLessThanOrEqual(2e-7);
  });

  it('refuses arrays of different lengths', () => {
    const two = new Float32Array(2);
    expect(() => scalar.geluBackward(two, two, new Float32Array(3))).toThrow('out has 3 entries and x has 2');
  });
});

type Arrays = Omit<LayerNorm, 'epsilon'> & LayerNormGradients;

/** Arrays for rows of a width, as a list in the order of their names. */
const NAMES = ['x', 'scale', 'room', 'g', 'dx', 'dscale', 'dbias'] as const;
const named = (arrays: readonly Float32Array[]) =>
  Object.fromEntries(NAMES.map((name, i) => [name, arrays[i]!])) as unknown as Arrays;

function problem(rows: number, width: number, entries: () => number): Float32Array[] {
  const of = (length: number) => Float32Array.from({ length }, entries);
  const zeros = (length: number) => new Float32Array(length);
  const [x, scale, g] = [of(rows * width), of(width), of(rows * width)];
  return [x, scale, zeros(scalar.layerNormRoom(width)), g, zeros(rows * width), zeros(width), zeros(width)];
}

describe('layerNormBackward', () => {
  it('has the same bits in wasm and in the twin, for any sizes and alignment', () => {
    const sizes = fc.record({ rows: fc.integer({ min: 1, max: 70 }), width: fc.integer({ min: 1, max: 21 }) });
    fc.assert(
      fc.property(
        sizes,
        fc.array(tameFloat, { minLength: 7, maxLength: 20 }),
        shift,
        ({ rows, width }, numbers, by) => {
          let at = 0;
          const arrays = problem(rows, width, () => numbers[at++ % numbers.length]! * (1 + (at % 5)));
          const run = (kernels: typeof wasm, of: readonly Float32Array[]) => {
            const all = named(of);
            kernels.layerNormBackward({ ...all, epsilon: 1e-5 }, all);
          };
          const expected = arrays.map((array) => array.slice());
          run(scalar, expected);
          const actual = inArena(arrays, by, (...copies) => run(wasm, copies));
          for (const i of [4, 5, 6]) expect(bitsOf(actual[i]!), NAMES[i]).toEqual(bitsOf(expected[i]!));
        },
      ),
    );
  });

  it('has the gradients of the definition, by central differences in float64', () => {
    const [rows, width, epsilon] = [3, 5, 0.1];
    let at = 0;
    const arrays = problem(rows, width, () => Math.sin(++at * 1.7));
    const all = named(arrays);
    scalar.layerNormBackward({ ...all, epsilon }, all);
    const loss = (x: readonly number[], scale: readonly number[], bias: number) => {
      let sum = 0;
      for (let r = 0; r < rows; r++) {
        const row = x.slice(r * width, (r + 1) * width);
        const mean = row.reduce((a, b) => a + b) / width;
        const variance = row.reduce((a, b) => a + (b - mean) ** 2, 0) / width;
        row.forEach((value, j) => {
          const y = ((value - mean) / Math.sqrt(variance + epsilon)) * scale[j]! + (j === 2 ? bias : 0);
          sum += y * all.g[r * width + j]!;
        });
      }
      return sum;
    };
    const [x, scale] = [[...all.x], [...all.scale]];
    const slope = (f: (step: number) => number) => (f(1e-5) - f(-1e-5)) / 2e-5;
    for (let i = 0; i < x.length; i++)
      expect(all.dx[i]).toBeCloseTo(
        slope((step) => loss(x.with(i, x[i]! + step), scale, 0)),
        5,
      );
    for (let j = 0; j < width; j++)
      expect(all.dscale[j]).toBeCloseTo(
        slope((step) => loss(x, scale.with(j, scale[j]! + step), 0)),
        5,
      );
    expect(all.dbias[2]).toBeCloseTo(
      slope((step) => loss(x, scale, step)),
      5,
    );
  });

  it('refuses sizes that do not fit', () => {
    const all = named(problem(2, 3, () => 1));
    const short = { ...all, room: new Float32Array(1), epsilon: 0 };
    expect(() => scalar.layerNormBackward(short, all)).toThrow('room for 192 are needed');
    expect(() => scalar.layerNormBackward({ ...all, epsilon: 0 }, { ...all, dbias: new Float32Array(2) })).toThrow(
      'dbias has 2 entries and scale has 3',
    );
  });
});
