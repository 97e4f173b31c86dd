// Times the kernels on a million numbers, on one thread, on two, and by their scalar twins: median of 31 runs, milliseconds.
// GB/s counts each array once for reading and once for writing, on one thread.
import { Arena, createKernels, createRandom } from '../dist/index.js';
import { createTeam } from '../dist/threads/node.js';
import { median } from './median.js';

const N = 1_000_000;
const arena = new Arena({ initialBytes: 64 * 2 ** 20, shared: true });
const team = createTeam({ arena, threads: 2 });
const [params, grads, m, v] = [1, 2, 3, 4].map(() => arena.alloc('float32', N).data);
createRandom(1).normal(params);
createRandom(2).normal(grads);

const WIDTH = 784;
const ROWS = 10_000;
const source = arena.alloc('float32', ROWS * WIDTH).data;
const batch = arena.alloc('float32', 128 * WIDTH).data;
const indices = arena.alloc('int32', 128).data;
indices.set(createRandom(3).permutation(ROWS).subarray(0, 128));

/** About a million weights as filters of 576 and as columns of a dense kernel with 1152 inputs. */
const FILTERS = { offset: 0, outer: 1, neurons: Math.floor(N / 576), inner: 576 };
const COLUMNS = { offset: 0, outer: 1152, neurons: Math.floor(N / 1152), inner: 1 };
const sorted = arena.alloc('float32', N).data;
const ranks = arena.alloc('int32', N).data;
const sizeOf = ({ outer, neurons, inner }) => outer * neurons * inner;
const permute = (vectors) => (kernels) => {
  params.set(grads);
  kernels.permuteByRank(params, vectors, sorted.subarray(0, sizeOf(vectors)));
};

const outside = new Float32Array(N);
const words = new Uint32Array(N);
let step = 0;

/** What is timed: its name, the bytes it moves (0: not counted), and the call, given the engine's kernels and stream. */
const cases = [
  ['adam', 28 * N, ({ adam }) => adam({ params, grads, m, v }, { learningRate: 1e-4, step: ++step })],
  ['sgd', 12 * N, ({ sgd }) => sgd({ params, grads }, { learningRate: 1e-6 })],
  ['sgd, momentum', 20 * N, ({ sgd }) => sgd({ params, grads, velocity: m }, { learningRate: 1e-6, momentum: 0.9 })],
  ['axpy', 12 * N, ({ axpy }) => axpy(1e-6, grads, params)],
  ['scale', 8 * N, ({ scale }) => scale(grads, 1)],
  ['fill', 4 * N, ({ fill }) => fill(m, 0)],
  ['copy', 8 * N, ({ copy }) => copy(grads, m)],
  ['dot', 8 * N, ({ dot }) => dot(grads, params)],
  ['norm2', 4 * N, ({ norm2 }) => norm2(grads)],
  ['sum', 4 * N, ({ sum }) => sum(grads)],
  ['maxAbs', 4 * N, ({ maxAbs }) => maxAbs(grads)],
  ['allFinite', 4 * N, ({ allFinite }) => allFinite(grads)],
  ['dropout', 8 * N, ({ dropout }) => dropout(grads, { keys: [1, 2], kept: 32768, scale: 2 }, m)],
  ['gatherRows, 128 × 784', 8 * 128 * WIDTH, ({ gatherRows }) => gatherRows(batch, source, WIDTH, indices)],
  ['sortVectors, 576', 0, ({ sortVectors }) => sortVectors(grads, FILTERS, sorted.subarray(0, sizeOf(FILTERS)))],
  ['rankVectors, 576', 0, ({ rankVectors }) => rankVectors(grads, FILTERS, ranks.subarray(0, sizeOf(FILTERS)))],
  ['permuteByRank, 576', 0, permute(FILTERS)],
  ['permuteByRank, columns', 0, permute(COLUMNS)],
  ['bits', 0, (_, random) => random.bits(words)],
  ['uniform', 0, (_, random) => random.uniform(outside)],
  ['normal', 0, (_, random) => random.normal(outside)],
  ['sign', 0, (_, random) => random.sign(outside)],
  ['permutation', 0, (_, random) => random.permutation(N)],
];

const random = [createRandom(1), createRandom(1), createRandom(1, { engine: 'scalar' })];
const kernels = [createKernels(arena), createKernels(arena, { team }), createKernels(arena, { engine: 'scalar' })];
// The other thread starts, and its code is optimized.
for (let i = 0; i < 300; i++) kernels[1].scale(grads, 1);
await new Promise((wake) => setTimeout(wake, 200));
console.log(['kernel'.padEnd(22), 'one thread', 'two threads', 'scalar ms', ' GB/s'].join('  '));
for (const [name, bytes, call] of cases) {
  const [one, two, scalar] = kernels.map((own, i) => median(() => call(own, random[i])));
  const columns = [one.toFixed(3).padStart(10), two.toFixed(3).padStart(11), scalar.toFixed(3).padStart(9)];
  if (bytes > 0) columns.push((bytes / one / 1e6).toFixed(1).padStart(5));
  console.log([name.padEnd(22), ...columns].join('  '));
}
