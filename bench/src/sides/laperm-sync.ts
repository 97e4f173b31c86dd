import { readSafetensors, requireTensor } from '@unbraid/data';
import { Arena, type Block, createKernels, type Kernels, type WeightVectors } from '@unbraid/kernels';
import { digestOf } from '../digest.ts';
import { serve } from '../serve.ts';
import type { SyncTask } from '../tasks/laperm.ts';

/** Our side of synchronizing weight vectors: one thread, in place. */

let kernels: Kernels;
let vectors: WeightVectors;
let params: Block<Float32Array<ArrayBuffer>>;
let sorted: Block<Float32Array<ArrayBuffer>>;
let trained: Float32Array;

await serve<SyncTask>({
  async prepare({ file }) {
    const content = await readSafetensors(file);
    const start = requireTensor(content, 'start', 'F32');
    trained = requireTensor(content, 'trained', 'F32').data;
    vectors = { offset: 0, outer: 1, neurons: start.shape[0]!, inner: start.shape[1]! };
    const arena = new Arena();
    kernels = createKernels(arena);
    params = arena.alloc('float32', trained.length);
    sorted = arena.alloc('float32', trained.length);
    kernels.sortVectors(start.data, vectors, sorted.data);
    synchronize();
    return { version: 'unbraid kernels', digest: digestOf(params.data) };
  },
  async run() {
    return { milliseconds: synchronize() };
  },
});

/** Milliseconds that it takes; putting the trained weights back before is not counted. */
function synchronize(): number {
  params.data.set(trained);
  const start = performance.now();
  kernels.permuteByRank(params.data, vectors, sorted.data);
  return performance.now() - start;
}
