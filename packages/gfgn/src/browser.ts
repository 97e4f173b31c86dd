export { type Csr, createCsr, csrFromEntries, rowOfEntries } from '@unbraid/kernels';
export { type EpochRecord, type FitOptions, type FitResult, fit, type TrainedModel } from './fit/fit.ts';
export { checkSymmetric } from './graphs/check-adjacency.ts';
export { type GatParams, gatLayer, gcnLayer, type LinearParams, nodeDense } from './layers/baselines.ts';
export type { GateOptions } from './layers/gate.ts';
export { type GraphGateParams, gfgnGraph } from './layers/gfgn-graph.ts';
export { gfgnNeighbor, type PairedGateParams } from './layers/gfgn-neighbor.ts';
export { gfgnPair } from './layers/gfgn-pair.ts';
export type { Context, GateTensors, NodeLayer, Signal } from './layers/node-layer.ts';
export {
  createModel,
  type ModelName,
  type ModelOptions,
  type ModelSettings,
  modelNames,
  type NodeModel,
} from './models.ts';
export type { NodeGraph, NodeGraphLike, NodeSplit } from './node-graph.ts';
export { attend } from './operators/attend.ts';
export { gatedSum } from './operators/gated-sum.ts';
export { type SparseMatmulOptions, sparseMatmul } from './operators/sparse-matmul.ts';
export { classify, predict, score, type UseOptions } from './predict.ts';
export { decodeModel, encodeModel } from './save.ts';
export { type LayerScores, smoothingScores } from './smoothing-scores.ts';
export { type Structure, type StructureOptions, structureOf } from './structure.ts';
