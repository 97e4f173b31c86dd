import { usableCores } from '@unbraid/checks/node';
import fc from 'fast-check';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { attentionProblem, floats, graph, sparse } from '../../test/graphs.ts';
import { Arena } from '../arena/arena.ts';
import { createKernels, type Kernels } from '../kernels.ts';
import { PAGE_BYTES } from '../wasm/platform.ts';
import { createTeam } from './node.ts';

type Words = Float32Array | Float64Array | Int32Array;

/** Kernels on some threads, whatever little there is to do. */
function createRig(threads: number) {
  const arena = new Arena({ shared: true });
  const team = createTeam({ threads, arena, leastWork: 0 });
  return { arena, team, kernels: createKernels(arena, { team }) };
}

const rigs = [2, 3, 5].map(createRig);
const alone = createKernels(new Arena(), { engine: 'scalar' });

afterAll(async () => {
  for (const { team } of rigs) await team.end();
});

const dtypeOf = (array: Words) =>
  array instanceof Int32Array ? 'int32' : array instanceof Float64Array ? 'float64' : 'float32';

/** Copies of arrays in an arena, and the function that frees them. */
function placed(arena: Arena, arrays: readonly Words[]) {
  const blocks = arrays.map((array) => arena.alloc(dtypeOf(array), array.length));
  for (const [i, block] of blocks.entries()) block.data.set(arrays[i] as never);
  return { views: blocks.map(({ data }) => data) as never[], free: () => blocks.map((block) => block.free()) };
}

/** Expects that any number of threads leaves in the arrays what the scalar twin does, and returns the same. */
function expectSame(arrays: readonly Words[], use: (kernels: Kernels, arrays: never[]) => unknown): void {
  const expected = arrays.map((array) => array.slice());
  const result = use(alone, expected as never[]);
  for (const { arena, kernels } of rigs) {
    const { views, free } = placed(arena, arrays);
    expect(use(kernels, views)).toEqual(result);
    expect(views.map((view: Words) => view.slice())).toEqual(expected);
    free();
  }
}

const numbers = (length: number) => new Float32Array(length).fill(Number.NaN);

describe('on several threads', () => {
  it('optimizers give what they give on one', () => {
    const problem = fc.integer({ min: 0, max: 300 }).chain((n) => fc.tuple(...[1, 2, 3, 4].map(() => floats(n))));
    fc.assert(
      fc.property(problem, fc.option(fc.nat(299)), (arrays, spoiled) => {
        const [params, grads, m, v] = arrays as [Float32Array, Float32Array, Float32Array, Float32Array];
        if (spoiled !== null && spoiled < grads.length) grads[spoiled] = Number.POSITIVE_INFINITY;
        v.forEach((x, i) => {
          v[i] = Math.abs(x);
        });
        expectSame([params, grads, m, v], (k, [params, grads, m, v]) =>
          k.adam(
            { params: params!, grads: grads!, m: m!, v: v! },
            { learningRate: 0.1, step: 3, weightDecay: 0.1, l2: 0.2 },
          ),
        );
        for (const momentum of [0, 0.9])
          expectSame([params, grads, m], (k, [params, grads, velocity]) =>
            k.sgd(
              { params: params!, grads: grads!, velocity: velocity! },
              { learningRate: 0.1, momentum, nesterov: true, l2: 0.2 },
            ),
          );
      }),
    );
  });

  it('elementwise kernels, magnitudes and dropout do', () => {
    const problem = fc.integer({ min: 0, max: 300 }).chain((n) => fc.tuple(floats(n), floats(n)));
    fc.assert(
      fc.property(problem, fc.nat(299), ([x, y], spoiled) => {
        expectSame([x, y], (k, [x, y]) => k.axpby(0.3, x!, -2, y!));
        expectSame([x], (k, [x]) => k.scale(x!, 0.3));
        expectSame([x], (k, [x]) => k.fill(x!, 0.3));
        expectSame([x, y], (k, [x, y]) => k.copy(x!, y!));
        const shifted = (x: Float32Array) =>
          [x.subarray(0, x.length >> 1), x.subarray(x.length - (x.length >> 1))] as const;
        expectSame([x], (k, [x]) => k.copy(...shifted(x!)));
        const dropout = { keys: [5, 7], kept: 32768, scale: 2 } as const;
        expectSame([x, y], (k, [x, y]) => k.dropout(x!, dropout, y!));
        expectSame([x], (k, [x]) => [k.maxAbs(x!), k.firstNonFinite(x!), k.dot(x!, x!), k.sum(x!), k.norm2(x!)]);
        if (spoiled < x.length) x[spoiled] = Number.NaN;
        x[x.length - 1] = Number.NEGATIVE_INFINITY;
        expectSame([x], (k, [x]) => [k.maxAbs(x!), k.firstNonFinite(x!)]);
      }),
    );
  });

  it('rows are gathered, and the first index is named that has none', () => {
    const problem = fc.record({
      width: fc.integer({ min: 1, max: 40 }),
      rows: fc.integer({ min: 1, max: 9 }),
      indices: fc.array(fc.integer({ min: -1, max: 9 }), { maxLength: 90 }),
      good: fc.boolean(),
    });
    fc.assert(
      fc.property(problem, ({ width, rows, indices, good }) => {
        const chosen = Int32Array.from(indices, (i) => (good ? Math.abs(i) % rows : i));
        const source = Float32Array.from({ length: rows * width }, (_, i) => i);
        const gather = (k: Kernels, [out, source, chosen]: never[]) => {
          try {
            return k.gatherRows(out! as Float32Array, source! as Float32Array, width, chosen!);
          } catch (error) {
            // Which rows were written then differs.
            (out! as Float32Array).fill(0);
            return String(error);
          }
        };
        expectSame([numbers(chosen.length * width), source, chosen], gather);
      }),
    );
  });

  it('weights are ranked', () => {
    const size = fc.oneof(fc.nat(3), fc.nat(40));
    const problem = fc
      .record({ outer: size, neurons: size, inner: size })
      .filter(({ outer, neurons, inner }) => outer * neurons * inner <= 3000)
      .chain((shape) =>
        fc.record({ shape: fc.constant(shape), x: floats(shape.outer * shape.neurons * shape.inner + 3) }),
      );
    fc.assert(
      fc.property(problem, ({ shape, x }) => {
        const vectors = { offset: 2, ...shape };
        const n = x.length - 3;
        expectSame([x, numbers(n)], (k, [x, sorted]) => k.sortVectors(x!, vectors, sorted!));
        expectSame([x, new Int32Array(n)], (k, [x, ranks]) => k.rankVectors(x!, vectors, ranks!));
        expectSame([x, x.slice(0, n)], (k, [x, sorted]) => k.permuteByRank(x!, vectors, sorted!));
      }),
    );
  });

  it('a sparse matrix and its transposed multiply', () => {
    const problem = fc
      .record({
        rows: fc.integer({ min: 1, max: 30 }),
        cols: fc.integer({ min: 1, max: 30 }),
        width: fc.integer({ min: 1, max: 37 }),
      })
      .chain(({ rows, cols, width }) =>
        fc.record({
          ...{ matrix: sparse(rows, cols), width: fc.constant(width), turned: fc.boolean() },
          ...{ x: floats(cols * width), y: floats(rows * width) },
        }),
      );
    fc.assert(
      fc.property(problem, ({ matrix, width, x, y, turned }) => {
        const { starts, columns, values } = matrix;
        // Columns that do not ascend, too.
        const order = turned ? columns.slice().reverse() : columns;
        const factor = ([starts, columns, values]: never[]) => ({
          starts: starts!,
          columns: columns!,
          values: values!,
        });
        expectSame([starts, order, values, x, numbers(y.length)], (k, [s, c, v, x, out]) =>
          k.sparseProduct(factor([s!, c!, v!]), x!, width, out!),
        );
        expectSame([starts, order, values, y, numbers(x.length)], (k, [s, c, v, y, out]) =>
          k.sparseProductTransposed(factor([s!, c!, v!]), y!, width, out!),
        );
      }),
    );
  });

  it('gated sums and their gradients are computed', () => {
    const problem = fc.record({ matrix: graph, width: fc.integer({ min: 1, max: 70 }) }).chain(({ matrix, width }) => {
      const size = matrix.rows * width;
      return fc.record({
        ...{ matrix: fc.constant(matrix), width: fc.constant(width), roots: floats(matrix.rows, 0.5, 4) },
        ...{ x: floats(size), a: floats(size, -4, 4), b: floats(size, -4, 4), g: floats(size) },
      });
    });
    fc.assert(
      fc.property(problem, ({ matrix: { rows, starts, columns, values }, width, roots, x, a, b, g }) => {
        const gates = (k: Kernels, [starts, columns, values, roots, x, a, b]: never[]) => ({
          ...{ starts: starts!, columns: columns!, values: values!, roots: roots!, width, limit: 1.5 },
          ...{ x: x!, a: a!, b: b!, room: roomFor(k, k.pairGatesRoom(rows, width)) },
        });
        const arrays = [starts, columns, values, roots, x, a, b];
        expectSame([...arrays, numbers(x.length)], (k, all) => {
          k.pairGates(gates(k, all), all[7]!);
        });
        const results = [1, 2, 3].map(() => numbers(x.length));
        expectSame([...arrays, g, ...results], (k, all) => {
          k.pairGatesBackward(gates(k, all), { g: all[7]!, dx: all[8]!, da: all[9]!, db: all[10]! });
        });
      }),
    );
  });

  it('attention and its gradients are computed', () => {
    const problem = attentionProblem({ heads: 7, width: 20 });
    fc.assert(
      fc.property(problem, ({ matrix: { rows, starts, columns }, heads, width, h, left, right, g }) => {
        const given = (k: Kernels, [starts, columns, h, left, right]: never[]) => ({
          ...{ starts: starts!, columns: columns!, heads, width, slope: 0.2 },
          ...{ h: h!, left: left!, right: right!, factors: factorsFor(k, k.attentionRoom(rows)) },
        });
        const arrays = [starts, columns, h, left, right];
        expectSame([...arrays, numbers(h.length)], (k, all) => k.attention(given(k, all), all[5]!));
        const results = [numbers(h.length), numbers(left.length), numbers(left.length)];
        expectSame([...arrays, h.slice().reverse(), g, ...results], (k, all) =>
          k.attentionBackward(given(k, all), {
            ...{ out: all[5]!, g: all[6]!, dh: all[7]!, dleft: all[8]!, dright: all[9]! },
          }),
        );
      }),
    );
  });
});

/** Room in the arena of the kernels, which is never freed. */
const roomFor = (kernels: Kernels, length: number): Float32Array =>
  rigs.find((rig) => rig.kernels === kernels)?.arena.alloc('float32', length).data ?? new Float32Array(length);

const factorsFor = (kernels: Kernels, length: number): Float64Array =>
  rigs.find((rig) => rig.kernels === kernels)?.arena.alloc('float64', length).data ?? new Float64Array(length);

describe('a team', () => {
  const { arena, team } = createRig(2);
  const call = (address: number) => [address, 1, 1];
  const good = call(64);
  const bad = call(2 ** 32 - 8);

  afterAll(() => team.end());

  it('says when a kernel fails, and goes on', async () => {
    const scale = (...args: number[][]) => team.run({ kernel: 'scale', args });
    for (let round = 0; round < 50; round++) {
      expect(() => scale(good, good, bad)).toThrow(/out of bounds|a kernel failed on another thread/);
      expect(() => scale(bad, good, good)).toThrow(/out of bounds|a kernel failed on another thread/);
      expect(scale(good, good, good)).toHaveLength(3);
    }
  });

  it('starts again after its end', async () => {
    const x = arena.alloc('float32', 1000);
    x.data.fill(1);
    const kernels = createKernels(arena, { team });
    await team.end();
    kernels.scale(x.data, 2);
    await team.end();
    kernels.scale(x.data, 2);
    expect(x.data.every((value) => value === 4)).toBe(true);
    x.free();
  });

  it('works on memory that grew while it waited', async () => {
    const small = new Arena({ shared: true, initialBytes: PAGE_BYTES });
    const crew = createTeam({ threads: 2, arena: small, leastWork: 0 });
    const kernels = createKernels(small, { team: crew });
    for (let round = 1; round <= 40; round++) {
      const blocks = [small.alloc('float32', 40_000), small.alloc('float32', 40_000)];
      const [x, y] = blocks.map(({ data }) => data) as [Float32Array, Float32Array];
      kernels.fill(x, round);
      kernels.copy(x, y);
      kernels.axpby(1, x, 1, y);
      expect(y.every((value) => value === 2 * round)).toBe(true);
      // Long enough for the other thread to fall asleep, or not.
      if (round % 2) await new Promise((wake) => setTimeout(wake, 2));
    }
    expect(small.generation).toBeGreaterThan(5);
    await crew.end();
  });

  it('has the threads that UNBRAID_THREADS says, or the cores that the process may use', () => {
    const threadsWith = (variable: string) => {
      vi.stubEnv('UNBRAID_THREADS', variable);
      return createTeam({ arena }).threads;
    };
    try {
      expect(threadsWith('3')).toBe(3);
      expect(threadsWith('')).toBe(usableCores());
      expect(() => threadsWith('two')).toThrow('kernels: UNBRAID_THREADS is "two"');
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('has at least one thread, and the arena that its kernels have', () => {
    expect(() => createTeam({ arena, threads: 0 })).toThrow('a whole number of threads of at least 1, got 0');
    expect(() => createTeam({ arena, threads: 1.5 })).toThrow('got 1.5');
    expect(() => createTeam({ arena: new Arena() })).toThrow('new Arena({ shared: true })');
    expect(() => createTeam({} as never)).toThrow('new Arena({ shared: true })');
    expect(() => createKernels(new Arena({ shared: true }), { team })).toThrow('the team works in another arena');
  });
});
