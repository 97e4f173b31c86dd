import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { floats, sparse } from '../../test/graphs.ts';
import { Arena } from '../arena/arena.ts';
import { createKernels, type Kernels } from '../kernels.ts';
import { createTeam } from './node.ts';

const rigs = [2, 3].map((threads) => {
  const arena = new Arena({ shared: true });
  const team = createTeam({ threads, arena, leastWork: 0 });
  return { arena, team, kernels: createKernels(arena, { team }) };
});
const alone = createKernels(new Arena(), { engine: 'scalar' });

afterAll(async () => {
  for (const { team } of rigs) await team.end();
});

const problem = fc
  .record({
    ...{ rows: fc.integer({ min: 1, max: 30 }), cols: fc.integer({ min: 1, max: 30 }) },
    ...{ heads: fc.integer({ min: 1, max: 5 }), run: fc.integer({ min: 1, max: 20 }) },
  })
  .chain(({ rows, cols, heads, run }) =>
    sparse(rows, cols).chain((matrix) => {
      const [width, entries] = [heads * run, matrix.columns.length];
      return fc.record({
        ...{ matrix: fc.constant(matrix), heads: fc.constant(heads), width: fc.constant(width) },
        ...{ ofRows: floats(rows * width), ofColumns: floats(cols * width), ofEntries: floats(entries * width) },
        scores: floats(entries * heads),
      });
    }),
  );

it('kernels of entries give on several threads what they give on one', () => {
  fc.assert(
    fc.property(problem, ({ matrix, heads, width, ofRows, ofColumns, ofEntries, scores }) => {
      const { rows, cols, columns, values } = matrix;
      const entries = columns.length;
      const given = [matrix.starts, columns, ofRows, ofColumns, ofEntries, scores, values];
      const lengths = [entries * heads, rows * width, cols * width, entries * heads, entries * heads, rows * width];
      lengths.push(entries * width, rows * width, cols * width, entries * width);
      const use = (k: Kernels, all: never[], out: Float32Array[]) => {
        const [starts, columns, q, at, x, w, factors] = all;
        const tables = { starts: starts!, columns: columns! };
        k.edgeDots({ ...tables, heads, width, q: q!, k: at! }, out[0]!);
        k.sparseProduct({ ...tables, values: w!, heads }, at!, width, out[1]!);
        k.sparseProductTransposed({ ...tables, values: w!, heads }, q!, width, out[2]!);
        k.segmentSoftmax(tables, heads, w!, out[3]!);
        k.segmentSoftmaxBackward(tables, heads, { y: out[3]!, g: w!, dx: out[4]! });
        k.segmentSum(tables, x!, width, out[5]!);
        k.segmentSpread(tables, q!, width, out[6]!);
        const largest = { ...tables, of: 'columns', width, x: at! } as const;
        k.segmentMax(largest, out[7]!);
        k.segmentMaxBackward(largest, { y: out[7]!, g: q!, dx: out[8]! });
        k.scaleRows(x!, factors!, width, out[9]!);
      };
      const fresh = lengths.map((length) => new Float32Array(length).fill(Number.NaN));
      use(alone, given as never[], fresh);
      for (const { arena, kernels } of rigs) {
        const arrays = [...given, ...lengths.map((length) => new Float32Array(length).fill(Number.NaN))];
        const blocks = arrays.map((array) =>
          arena.alloc(array instanceof Int32Array ? 'int32' : 'float32', array.length),
        );
        for (const [i, block] of blocks.entries()) block.data.set(arrays[i] as never);
        const views = blocks.map(({ data }) => data);
        const results = views.slice(given.length) as Float32Array[];
        use(kernels, views.slice(0, given.length) as never[], results);
        expect(results.map((view) => view.slice())).toEqual(fresh);
        for (const block of blocks) block.free();
      }
    }),
    { numRuns: 60 },
  );
});
