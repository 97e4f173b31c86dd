export { ALIGNMENT, Arena, type ArenaOptions } from './arena/arena.ts';
export { ArenaFullError, type ArenaStats } from './arena/arena-full-error.ts';
export type { Block } from './arena/block.ts';
export type { ArrayOfDtype, Dtype } from './arena/dtype.ts';
export type { Tridiagonal } from './dense/tridiagonal.ts';
export { createKernels, type KernelOptions, type Kernels } from './kernels.ts';
export type { LayerNorm, LayerNormGradients } from './layers/layer-norm.ts';
export type { AdamOptions, AdamState } from './optimizers/adam.ts';
export type { SgdOptions, SgdState } from './optimizers/sgd.ts';
export { createRandom, type RandomOptions, restoreRandom } from './random/create-random.ts';
export { type Key, philox, type Words4 } from './random/philox.ts';
export type { FloatArray, Random, RandomState } from './random/random.ts';
export { type Seed, streamOf } from './random/stream-of.ts';
export type { WeightVectors } from './ranking/weight-vectors.ts';
export { asymmetry } from './sparse/asymmetry.ts';
export type { Attention, AttentionGradients } from './sparse/attention.ts';
export { type Compressed, type CompressedTerms, checkCompressed } from './sparse/compressed.ts';
export {
  type Csr,
  checkCsr,
  createCsr,
  csrFromEntries,
  type Entries,
  type Transposed,
  transposed,
} from './sparse/csr.ts';
export type { EdgeDots } from './sparse/edge-dots.ts';
export { entryAt } from './sparse/entry-at.ts';
export type { PairGates, PairGatesGradients } from './sparse/pair-gates.ts';
export { rowOfEntries } from './sparse/row-of-entries.ts';
export type { SegmentMax, SegmentMaxGradients } from './sparse/segment-max.ts';
export type { SegmentSoftmaxGradients } from './sparse/segment-softmax.ts';
export type { SparseKernels } from './sparse/sparse-kernels.ts';
export type { SparseFactor } from './sparse/sparse-product.ts';
export type { SparseRows } from './sparse/sparse-rows.ts';
export type { Team } from './threads/team.ts';
export type { Words } from './vector/gather.ts';
export type { EngineChoice } from './wasm/instantiate.ts';
export type { WasmMemory } from './wasm/platform.ts';
