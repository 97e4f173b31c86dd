import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { both, expectNear, scalar, wasm } from '../../test/both.ts';
import { attentionProblem, entriesOf, floats, graph, sparse } from '../../test/graphs.ts';
import { type Csr, transposed } from './csr.ts';

const width = fc.integer({ min: 1, max: 37 });

describe('sparseProduct', () => {
  const problem = fc
    .record({ rows: fc.integer({ min: 1, max: 8 }), cols: fc.integer({ min: 1, max: 8 }), width })
    .chain(({ rows, cols, width }) =>
      fc.record({
        matrix: sparse(rows, cols),
        x: floats(cols * width),
        y: floats(rows * width),
        width: fc.constant(width),
      }),
    );

  it('is the product by a matrix and by its transposed, in wasm as in the twin', () => {
    fc.assert(
      fc.property(problem, ({ matrix, x, y, width }) => {
        const forward = new Float64Array(y.length);
        const backward = new Float64Array(x.length);
        for (const [i, j, e] of entriesOf(matrix)) {
          for (let d = 0; d < width; d++) {
            forward[i * width + d]! += matrix.values[e]! * x[j * width + d]!;
            backward[j * width + d]! += matrix.values[e]! * y[i * width + d]!;
          }
        }
        const { starts, columns, values } = matrix;
        const [out] = both([starts, columns, values, x], [y.length], (k, [starts, columns, values, x], [out]) =>
          k.sparseProduct({ starts: starts!, columns: columns!, values: values! }, x!, width, out!),
        );
        expectNear(out!, forward);
        const [back] = both([starts, columns, values, y], [x.length], (k, [starts, columns, values, y], [out]) =>
          k.sparseProductTransposed({ starts: starts!, columns: columns!, values: values! }, y!, width, out!),
        );
        expectNear(back!, backward);
        const { matrix: other } = transposed(matrix);
        const direct = new Float32Array(x.length);
        scalar.sparseProduct(other, y, width, direct);
        expect(back).toEqual(direct);
      }),
    );
  });

  it('refuses sizes that do not fit', () => {
    const matrix = { starts: Int32Array.of(0, 1), columns: Int32Array.of(0), values: Float32Array.of(1) };
    const [x, out] = [new Float32Array(2), new Float32Array(3)];
    expect(() => scalar.sparseProduct(matrix, x, 2, out)).toThrow('sparseProduct: out has 3 entries, 2 are needed');
    expect(() => scalar.sparseProduct(matrix, x, 0, out)).toThrow('a width of at least 1, got 0');
    expect(() => scalar.sparseProduct({ ...matrix, values: x }, x, 3, out)).toThrow(
      'values has 2 entries, 1 are needed',
    );
    expect(() => scalar.sparseProductTransposed(matrix, out, 2, x)).toThrow('x has 3 entries, 2 are needed');
  });
});

/** d Σ g ⊙ f / d array by central differences of `f`, in float64. */
function differences(
  f: (arrays: Float64Array[]) => Float64Array,
  arrays: readonly Float32Array[],
  which: number,
  g: Float32Array,
) {
  const step = 1e-5;
  const value = (entry: number, by: number) => {
    const moved = arrays.map((array) => Float64Array.from(array));
    moved[which]![entry]! += by;
    return f(moved).reduce((sum, y, i) => sum + y * g[i]!, 0);
  };
  return Float64Array.from(arrays[which]!, (_, entry) => (value(entry, step) - value(entry, -step)) / (2 * step));
}

describe('pairGates', () => {
  const problem = fc.record({ matrix: graph, width: fc.integer({ min: 1, max: 19 }) }).chain(({ matrix, width }) => {
    const size = matrix.rows * width;
    const gate = floats(size, -4, 4);
    return fc.record({
      ...{ matrix: fc.constant(matrix), width: fc.constant(width), limit: fc.constantFrom(1, 2.5) },
      oneForAll: fc.boolean(),
      ...{ roots: floats(matrix.rows, 0.5, 4), x: floats(size), a: gate, b: gate, g: floats(size) },
    });
  });

  /** The same in float64, straight from the formula. */
  const dense = (
    matrix: Csr,
    values: Float32Array,
    width: number,
    limit: number,
    roots: Float32Array,
    [x, a, b]: Float64Array[],
  ) => {
    const out = Float64Array.from(x!);
    for (const [i, j, e] of entriesOf(matrix)) {
      for (let d = 0; d < width; d++) {
        const [own, other] = [i * width + d, j * width + d];
        const u = limit / (1 + Math.exp(-a![own]! - b![other]!));
        const flow = (values.length === 1 ? values[0]! : values[e]!) / roots[i]!;
        out[own]! -= u * flow * (x![own]! / roots[i]! - x![other]! / roots[j]!);
      }
    }
    return out;
  };

  it('is the gated sum over edges, and its backward kernel the gradient, in wasm as in the twin', () => {
    fc.assert(
      fc.property(problem, ({ matrix, oneForAll, width, limit, roots, x, a, b, g }) => {
        const { starts, columns } = matrix;
        const values = oneForAll ? Float32Array.of(0.75) : matrix.values;
        const inputs = [
          starts,
          columns,
          values,
          roots,
          x,
          a,
          b,
          g,
          new Float32Array(wasm.pairGatesRoom(matrix.rows, width)),
        ];
        const formula = (arrays: Float64Array[]) => dense(matrix, values, width, limit, roots, arrays);
        const gates = ([starts, columns, values, roots, x, a, b, , room]: never[]) => ({
          ...{
            starts: starts!,
            columns: columns!,
            values: values!,
            roots: roots!,
            width,
            limit,
            x: x!,
            a: a!,
            b: b!,
            room: room!,
          },
        });
        const [out] = both(inputs, [x.length], (k, arrays, [out]) => k.pairGates(gates(arrays), out!));
        expectNear(out!, formula([x, a, b].map((array) => Float64Array.from(array))));
        const gradients = both(inputs, [x.length, x.length, x.length], (k, arrays, [dx, da, db]) =>
          k.pairGatesBackward(gates(arrays), { g: arrays[7]!, dx: dx!, da: da!, db: db! }),
        );
        for (const [i, gradient] of gradients.entries()) expectNear(gradient, differences(formula, [x, a, b], i, g));
      }),
      { numRuns: 60 },
    );
  });
});

describe('attention', () => {
  const slope = 0.2;
  const problem = attentionProblem({ heads: 3, width: 9 });

  const dense = (matrix: Csr, heads: number, width: number, [h, left, right]: Float64Array[]) => {
    const out = new Float64Array(h!.length);
    for (let k = 0; k < heads; k++) {
      const weighted = entriesOf(matrix).map(([i, j]) => {
        const z = left![i * heads + k]! + right![j * heads + k]!;
        return [i, j, Math.exp(z > 0 ? z : slope * z)] as const;
      });
      const totals = new Float64Array(matrix.rows);
      for (const [i, , weight] of weighted) totals[i]! += weight;
      for (const [i, j, weight] of weighted) {
        for (let d = 0; d < width; d++)
          out[(i * heads + k) * width + d]! += (weight / totals[i]!) * h![(j * heads + k) * width + d]!;
      }
    }
    return out;
  };

  it('is the softmax over each row, and its backward kernel the gradient, in wasm as in the twin', () => {
    fc.assert(
      fc.property(problem, ({ matrix, heads, width, h, left, right, g }) => {
        // Off the kink of the leaky scores, where a derivative is a matter of choice.
        fc.pre(
          entriesOf(matrix).every(([i, j]) =>
            Array.from({ length: heads }, (_, k) => Math.abs(left[i * heads + k]! + right[j * heads + k]!)).every(
              (z) => z > 1e-4,
            ),
          ),
        );
        const { starts, columns } = matrix;
        const factors = new Float64Array(wasm.attentionRoom(matrix.rows));
        const inputs = [starts, columns, factors, h, left, right];
        const formula = (arrays: Float64Array[]) => dense(matrix, heads, width, arrays);
        const given = ([starts, columns, factors, h, left, right]: never[]) => ({
          ...{ starts: starts!, columns: columns!, heads, width, slope, factors: factors! },
          ...{ h: h!, left: left!, right: right! },
        });
        const [out] = both(inputs, [h.length], (k, arrays, [out]) => k.attention(given(arrays), out!));
        expectNear(out!, formula([h, left, right].map((array) => Float64Array.from(array))));
        const lengths = [h.length, left.length, right.length];
        const gradients = both([...inputs, out!, g], lengths, (k, arrays, [dh, dleft, dright]) =>
          k.attentionBackward(given(arrays), {
            out: arrays[6]!,
            g: arrays[7]!,
            dh: dh!,
            dleft: dleft!,
            dright: dright!,
          }),
        );
        for (const [i, gradient] of gradients.entries())
          expectNear(gradient, differences(formula, [h, left, right], i, g));
      }),
      { numRuns: 60 },
    );
  });

  it('stays finite for scores whose exponentials are not, and for rows far below the others', () => {
    // Node 2 has neighbours only whose scores lie 5000 below that of node 1.
    const [starts, columns] = [Int32Array.of(0, 2, 2, 4), Int32Array.of(0, 1, 0, 2)];
    const [h, left] = [Float32Array.of(1, 5, 4), Float32Array.of(1000, 0, -9000)];
    const right = Float32Array.of(-3000, 2000, -3000);
    const given = ([starts, columns, factors, h, left, right]: never[]) => ({
      ...{ starts: starts!, columns: columns!, heads: 1, width: 1, slope, factors: factors! },
      ...{ h: h!, left: left!, right: right! },
    });
    const inputs = [starts, columns, new Float64Array(wasm.attentionRoom(3)), h, left, right];
    const [out] = both(inputs, [3], (k, arrays, [out]) => k.attention(given(arrays), out!));
    expect([...out!]).toEqual([5, 0, 2.5]);
    const g = Float32Array.of(1, 1, 1);
    const [dh] = both([...inputs, out!, g], [3, 3, 3], (k, arrays, [dh, dleft, dright]) =>
      k.attentionBackward(given(arrays), {
        out: arrays[6]!,
        g: arrays[7]!,
        dh: dh!,
        dleft: dleft!,
        dright: dright!,
      }),
    );
    expect([...dh!]).toEqual([0.5, 1, 0.5]);
  });
});
