// Times the kernels of sparse matrices on one thread and on two, in milliseconds: on a random graph the size of BlogCatalog (median of 31 runs) and
// on one of 170,000 nodes and 1.2 million edges (median of 3).
import { Arena, createKernels, createRandom, csrFromEntries } from '../dist/index.js';
import { createTeam } from '../dist/threads/node.js';
import { median } from './median.js';

const graphs = [
  { nodes: 5196, edges: 171_743, width: 64, runs: 31 },
  { nodes: 170_000, edges: 1_200_000, width: 64, runs: 3 },
];

function symmetric({ nodes, edges }) {
  const random = createRandom(1);
  const ends = () => Int32Array.from({ length: edges }, () => random.int(nodes));
  const [from, to] = [ends(), ends()];
  const loops = Int32Array.from({ length: nodes }, (_, node) => node);
  const join = (...lists) => Int32Array.from(lists.flatMap((list) => Array.from(list)));
  return csrFromEntries(nodes, nodes, { rows: join(from, to, loops), columns: join(to, from, loops) });
}

/** The kernels as calls without arguments. */
function calls(threads, matrix, { nodes, width }) {
  const arena = new Arena({ shared: threads > 1, initialBytes: 2 ** 20 * 64 });
  const team = threads > 1 ? createTeam({ threads, arena }) : undefined;
  const kernels = createKernels(arena, team && { team });
  const place = (array) => {
    const block = arena.alloc(array instanceof Int32Array ? 'int32' : 'float32', array.length);
    block.data.set(array);
    return block;
  };
  const tables = [matrix.starts, matrix.columns, matrix.values].map(place);
  const roots = place(new Float32Array(nodes).fill(8));
  const room = arena.alloc('float32', kernels.pairGatesRoom(nodes, width));
  const features = () => place(createRandom(2).normal(new Float32Array(nodes * width)));
  const all = Array.from({ length: 8 }, features);
  const heads = 8;
  const scores = Array.from({ length: 4 }, () => place(createRandom(3).normal(new Float32Array(nodes * heads))));
  const factors = arena.alloc('float64', kernels.attentionRoom(nodes));
  const entries = () => place(createRandom(4).normal(new Float32Array(matrix.columns.length * heads)));
  const ofEntries = Array.from({ length: 3 }, entries);
  const [starts, columns, values] = tables.map(({ data }) => data);
  const [x, a, b, g, out, dx, da, db] = all.map(({ data }) => data);
  const [left, right, dleft, dright] = scores.map(({ data }) => data);
  const [weights, y, dy] = ofEntries.map(({ data }) => data);
  const factor = { starts, columns, values };
  const gates = {
    ...factor,
    values: values.subarray(0, 1),
    roots: roots.data,
    room: room.data,
    x,
    a,
    b,
    width,
    limit: 1,
  };
  const attention = {
    starts,
    columns,
    heads,
    width: width / heads,
    slope: 0.2,
    factors: factors.data,
    h: x,
    left,
    right,
  };
  const ofHeads = { ...factor, values: weights, heads };
  const largest = { starts, columns, of: 'columns', width, x };
  const times = {
    sparseProduct: () => kernels.sparseProduct(factor, x, width, out),
    sparseProductTransposed: () => kernels.sparseProductTransposed(factor, x, width, out),
    pairGates: () => kernels.pairGates(gates, out),
    pairGatesBackward: () => kernels.pairGatesBackward(gates, { g, dx, da, db }),
    attention: () => kernels.attention(attention, out),
    'sparseProduct, 8 heads': () => kernels.sparseProduct(ofHeads, x, width, out),
    '… transposed, 8 heads': () => kernels.sparseProductTransposed(ofHeads, x, width, out),
    'edgeDots, 8 heads': () => kernels.edgeDots({ starts, columns, heads, width, q: x, k: a }, y),
    'segmentSoftmax, 8 heads': () => kernels.segmentSoftmax(factor, heads, weights, y),
    '… its gradient': () => kernels.segmentSoftmaxBackward(factor, heads, { y, g: weights, dx: dy }),
    'segmentSum, 8 numbers': () => kernels.segmentSum(factor, weights, heads, left),
    'segmentSpread, 8 numbers': () => kernels.segmentSpread(factor, left, heads, y),
    'segmentMax of columns': () => kernels.segmentMax(largest, out),
    '… its gradient, too': () => kernels.segmentMaxBackward(largest, { y: out, g, dx }),
    attentionBackward: () => kernels.attentionBackward(attention, { out, g, dh: dx, dleft, dright }),
  };
  return { times, end: () => team?.end() };
}

for (const graph of graphs) {
  const matrix = symmetric(graph);
  const [one, two] = [calls(1, matrix, graph), calls(2, matrix, graph)];
  console.log(`\n${graph.nodes} nodes, ${matrix.columns.length} entries, ${graph.width} features`);
  console.log(['kernel'.padEnd(24), 'one thread', 'two threads', 'ratio'].join('  '));
  for (const name of Object.keys(one.times)) {
    const [alone, together] = [one, two].map(({ times }) => median(times[name], graph.runs));
    const columns = [
      alone.toFixed(2).padStart(10),
      together.toFixed(2).padStart(11),
      (alone / together).toFixed(2).padStart(5),
    ];
    console.log([name.padEnd(24), ...columns].join('  '));
  }
  await two.end();
}
