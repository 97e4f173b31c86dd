// Times the kernels of sparse matrices on a random graph the size of BlogCatalog, 64 features: median of 31 runs, milliseconds, on one
// thread and on two, copies to and from the memory of the threads included.
import { Arena, createKernels, createRandom, csrFromEntries, transposed } from '../dist/index.js';
import { createTeam } from '../dist/threads/node.js';
import { median } from './median.js';

const NODES = 5196;
const EDGES = 343_486;
const WIDTH = 64;

const random = createRandom(1);
const ends = () => Int32Array.from({ length: EDGES }, () => random.int(NODES));
const matrix = csrFromEntries(NODES, NODES, { rows: ends(), columns: ends() });
const other = transposed(matrix).matrix;

function place(arena, array) {
  const block = arena.alloc(array instanceof Int32Array ? 'int32' : 'float32', array.length);
  block.data.set(array);
  return block;
}

/** The kernels as calls without arguments, on tables that lie where the kernels want them. */
function calls(arena, kernels) {
  const tables = ({ starts, columns, values }) =>
    Object.fromEntries(
      Object.entries({ starts, columns, values }).map(([name, array]) => [name, place(kernels.tables, array)]),
    );
  const [plain, turned] = [tables(matrix), tables(other)];
  const roots = place(kernels.tables, new Float32Array(NODES).fill(8));
  const room = kernels.tables.alloc('float32', (2 * NODES + 1) * WIDTH);
  const features = () => place(arena, createRandom(2).normal(new Float32Array(NODES * WIDTH)));
  const [x, a, b, g, out, dx, da, db] = Array.from({ length: 8 }, features);
  const views = (blocks) => Object.fromEntries(Object.entries(blocks).map(([name, block]) => [name, block.data]));
  const gates = () => views({ ...plain, roots, room, x, a, b });
  return {
    sparseProduct: () => kernels.sparseProduct(views(plain), x.data, WIDTH, out.data),
    'sparseProduct, tables of the transposed': () => kernels.sparseProduct(views(turned), x.data, WIDTH, out.data),
    sparseProductTransposed: () => kernels.sparseProductTransposed(views(plain), x.data, WIDTH, out.data),
    pairGates: () => kernels.pairGates({ ...gates(), width: WIDTH, limit: 1 }, out.data),
    pairGatesBackward: () =>
      kernels.pairGatesBackward({ ...gates(), width: WIDTH, limit: 1 }, views({ g, dx, da, db })),
  };
}

const [one, two] = [undefined, createTeam({ threads: 2 })].map((team) => {
  const arena = new Arena();
  return calls(arena, createKernels(arena, team && { team }));
});
console.log(['kernel'.padEnd(40), 'one thread', 'two threads', 'ratio'].join('  '));
for (const name of Object.keys(one)) {
  const [alone, together] = [median(one[name]), median(two[name])];
  const columns = [
    alone.toFixed(2).padStart(10),
    together.toFixed(2).padStart(11),
    (alone / together).toFixed(2).padStart(5),
  ];
  console.log([name.padEnd(40), ...columns].join('  '));
}
