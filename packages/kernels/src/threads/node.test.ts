import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { floats, graph } from '../../test/graphs.ts';
import { Arena } from '../arena/arena.ts';
import { createKernels, type Kernels } from '../kernels.ts';
import { createTeam } from './node.ts';

const teams = [2, 3].map((threads) => createTeam({ threads, leastWork: 0 }));
const alone = createKernels(new Arena(), { engine: 'scalar' });

afterAll(async () => {
  for (const team of teams) await team.end();
});

type Words = Float32Array | Float64Array | Int32Array;

const dtypeOf = (array: Words) =>
  array instanceof Int32Array ? 'int32' : array instanceof Float64Array ? 'float64' : 'float32';

/** Copies of arrays in an arena, and the function that frees them. */
function placed<A extends Words>(arena: Arena, arrays: readonly A[]) {
  const blocks = arrays.map((array) => arena.alloc(dtypeOf(array), array.length));
  for (const [i, block] of blocks.entries()) block.data.set(arrays[i] as never);
  return { views: blocks.map(({ data }) => data as unknown as A), free: () => blocks.map((block) => block.free()) };
}

/** Expects every team to write the bits that one thread writes. */
function expectSame(
  tables: readonly Words[],
  operands: readonly Words[],
  lengths: readonly number[],
  use: (kernels: Kernels, tables: never[], operands: never[], results: Float32Array[]) => void,
): void {
  const fresh = () => lengths.map((length) => new Float32Array(length).fill(Number.NaN));
  const expected = fresh();
  use(alone, tables.map((table) => table.slice()) as never[], operands as never[], expected);
  for (const team of teams) {
    const arena = new Arena();
    const kernels = createKernels(arena, { team });
    expect(kernels.tables).toBe(team.arena);
    const [shared, own, out] = [placed(kernels.tables, tables), placed(arena, operands), placed(arena, fresh())];
    use(kernels, shared.views as never[], own.views as never[], out.views);
    expect(out.views.map((view) => Float32Array.from(view))).toEqual(expected);
    shared.free();
  }
}

const problem = fc.record({ matrix: graph, width: fc.integer({ min: 1, max: 70 }) }).chain(({ matrix, width }) => {
  const size = matrix.rows * width;
  const gate = floats(size, -4, 4);
  return fc.record({
    ...{ matrix: fc.constant(matrix), width: fc.constant(width), roots: floats(matrix.rows, 0.5, 4) },
    ...{ x: floats(size), a: gate, b: gate, g: floats(size) },
  });
});

describe('a team', () => {
  it('multiplies by a sparse matrix and its transposed as one thread does', () => {
    fc.assert(
      fc.property(problem, ({ matrix: { starts, columns, values }, width, x }) => {
        for (const kernel of ['sparseProduct', 'sparseProductTransposed'] as const) {
          expectSame([starts, columns, values], [x], [x.length], (k, [starts, columns, values], [x], [out]) =>
            k[kernel]({ starts: starts!, columns: columns!, values: values! }, x!, width, out!),
          );
          // Values that change, such as those after dropout, lie with the operands.
          expectSame([starts, columns], [values, x], [x.length], (k, [starts, columns], [values, x], [out]) =>
            k[kernel]({ starts: starts!, columns: columns!, values: values! }, x!, width, out!),
          );
        }
      }),
      { numRuns: 40 },
    );
  });

  it('computes gated sums and their gradients as one thread does', () => {
    fc.assert(
      fc.property(problem, ({ matrix: { starts, columns, values }, width, roots, x, a, b, g }) => {
        const tables = [starts, columns, values, roots, new Float32Array(2 * x.length + width)];
        const gates = ([starts, columns, values, roots, room]: never[], [x, a, b]: never[]) => ({
          ...{ starts: starts!, columns: columns!, values: values!, roots: roots!, width, limit: 1.5 },
          ...{ x: x!, a: a!, b: b!, room: room! },
        });
        expectSame(tables, [x, a, b], [x.length], (k, tables, operands, [out]) =>
          k.pairGates(gates(tables, operands), out!),
        );
        const lengths = [x.length, x.length, x.length];
        expectSame(tables, [x, a, b, g], lengths, (k, tables, operands, [dx, da, db]) =>
          k.pairGatesBackward(gates(tables, operands), { g: operands[3]!, dx: dx!, da: da!, db: db! }),
        );
      }),
      { numRuns: 40 },
    );
  });

  it('attends and drops as one thread does', () => {
    const [starts, columns] = [Int32Array.of(0, 2, 3), Int32Array.of(0, 1, 1)];
    const operands = [
      [1, 2, 3, 4],
      [0.5, -1],
      [2, 1],
    ].map((list) => Float32Array.from(list));
    expectSame(
      [starts, columns, new Float64Array(8)],
      operands,
      [4],
      (k, [starts, columns, factors], [h, l, r], [out]) =>
        k.attention(
          {
            starts: starts!,
            columns: columns!,
            factors: factors!,
            heads: 1,
            width: 2,
            slope: 0.2,
            h: h!,
            left: l!,
            right: r!,
          },
          out!,
        ),
    );
    const dropout = { keys: [5, 7], kept: 32768, scale: 2 } as const;
    expectSame([Float32Array.of(1, 2, 3, 4, 5)], [], [5], (k, [x], _, [out]) => k.dropout(x!, dropout, out!));
  });

  it('says when a thread fails, goes on, and starts again after its end', async () => {
    const team = createTeam({ threads: 2, leastWork: 0 });
    const good = { kernel: 'scale', args: [64, 1, 1] } as const;
    const bad = { kernel: 'scale', args: [2 ** 32 - 8, 1, 1] } as const;
    expect(() => team.run([good, bad])).toThrow('kernels: a kernel failed on another thread');
    expect(() => team.run([bad, good])).toThrow('out of bounds');
    team.run([good, good]);
    await team.end();
    team.run([good, good]);
    await team.end();
  });

  it('has at least one thread', () => {
    expect(() => createTeam({ threads: 0 })).toThrow('a whole number of threads of at least 1, got 0');
    expect(() => createTeam({ threads: 1.5 })).toThrow('got 1.5');
  });
});
