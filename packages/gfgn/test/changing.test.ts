import { compile, f32, grad, mul, reduceSum, tanh, trace } from '@unbraid/graph';
import { nodeRuntime } from '@unbraid/graph/node';
import { createRandom } from '@unbraid/kernels';
import { expect, it } from 'vitest';
import {
  type Csr,
  changingTables,
  csrFromEntries,
  gatedSum,
  refreshTables,
  type Structure,
  sparseMatmul,
  structureOf,
} from '../src/index.ts';

const runtime = nodeRuntime({ threads: 1 });

/** Four nodes, two edges in both directions or in one. */
const graphs = [
  csrFromEntries(4, 4, { rows: [0, 1, 2, 3], columns: [1, 0, 3, 2] }),
  csrFromEntries(4, 4, { rows: [0, 2, 1, 3], columns: [2, 0, 3, 1] }),
];

const copied = (matrix: Csr): Csr => ({
  ...matrix,
  starts: matrix.starts.slice(),
  columns: matrix.columns.slice(),
  values: matrix.values.slice(),
});

function write(into: Csr, from: Csr) {
  into.starts.set(from.starts);
  into.columns.set(from.columns);
  into.values.set(from.values);
}

it('one compiled program reads the edges of one batch after another, gradients too', async () => {
  const structures = graphs.map((graph) => structureOf(graph));
  const normalized = changingTables(copied(structures[0]!.normalized));
  const closed = { ...copied({ ...normalized, ...structures[0]!.closed }), values: structures[0]!.closed.values };
  const shared = changingTables({ ...structures[0]!, closed, normalized } as Structure);
  const build = (structure: Structure) =>
    compile(
      trace({ x: f32(4, 3) }, ({ x }) => {
        const f = (x_: typeof x) => {
          const smoothed = sparseMatmul(structure.normalized, x_);
          return reduceSum(tanh(mul(gatedSum(structure, 1.5, smoothed, x_, smoothed), x_)));
        };
        return { y: f(x), dx: grad(f)(x) };
      }),
      runtime,
    );
  const program = await build(shared);
  createRandom(1).normal(program.inputs.x.float32);
  for (const structure of [structures[1]!, structures[0]!]) {
    write(normalized, structure.normalized);
    write({ ...normalized, ...closed }, { ...structure.normalized, ...structure.closed });
    for (const owner of [normalized, shared]) refreshTables(runtime.arena, owner);
    await program.run();
    const own = await build(structure);
    own.inputs.x.float32.set(program.inputs.x.float32);
    await own.run();
    expect(program.outputs.y.float32[0]).toBeCloseTo(own.outputs.y.float32[0]!, 6);
    own.outputs.dx.float32.forEach((expected, i) => {
      expect(program.outputs.dx.float32[i]).toBeCloseTo(expected, 5);
    });
    await own.release();
  }
  await program.release();
  refreshTables(runtime.arena, shared);
});

it('what changes is not taken for symmetric because it once is', async () => {
  const matrix = changingTables(copied(graphs[0]!));
  const loss = (x: Parameters<typeof tanh>[0]) => reduceSum(mul(sparseMatmul(matrix, x), x));
  const program = await compile(
    trace({ x: f32(4, 1) }, ({ x }) => ({ dx: grad(loss)(x) })),
    runtime,
  );
  // 0 → 1 → 2 → 3 → 0: row i holds i + 1.
  write(matrix, csrFromEntries(4, 4, { rows: [0, 1, 2, 3], columns: [1, 2, 3, 0] }));
  refreshTables(runtime.arena, matrix);
  program.inputs.x.float32.set([1, 2, 4, 8]);
  await program.run();
  // d/dx_i of Σ x_i x_(i+1): the next and the one before.
  expect([...program.outputs.dx.float32]).toEqual([2 + 8, 1 + 4, 2 + 8, 4 + 1]);
  await program.release();
});
