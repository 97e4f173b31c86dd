export { type Csr, createCsr, csrFromEntries, rowOfEntries } from '@unbraid/kernels';
export type { ClusterOptions } from './batches/cluster-batches.ts';
export type { SampleOptions } from './batches/neighbor-batches.ts';
export { partitionNodes } from './batches/partition.ts';
export { nodeDropout } from './compose/dropout.ts';
export { eachNode } from './compose/each-node.ts';
export { buildNetwork, describeNetwork, type NetworkJson } from './compose/network-json.ts';
export { type NodeResidualParams, nodeResidual } from './compose/residual.ts';
export { type NodeSequenceParams, nodeSequence } from './compose/sequence.ts';
export type { EpochRecord, Monitor } from './fit/epoch.ts';
export { fit } from './fit/fit.ts';
export type { BestEpoch, FitOptions, FitResult, TrainedModel, TrainingOptions } from './fit/options.ts';
export { checkSymmetric } from './graphs/check-adjacency.ts';
export { type GatParams, gatLayer, gcnLayer, type LinearParams, nodeDense } from './layers/baselines.ts';
export type { GateOptions } from './layers/gate.ts';
export { type GraphGateParams, gfgnGraph } from './layers/gfgn-graph.ts';
export { gfgnNeighbor, type PairedGateParams } from './layers/gfgn-neighbor.ts';
export { gfgnPair } from './layers/gfgn-pair.ts';
export {
  type AnyNodeLayer,
  applyLayer,
  type Context,
  type GateTensors,
  type NodeLayer,
  type NodeStage,
  type Signal,
} from './layers/node-layer.ts';
export { type FitLinksOptions, type FitLinksResult, fitLinks, type TrainedLinkModel } from './links/fit-links.ts';
export { type LinkScores, linkScores } from './links/link-metrics.ts';
export { type LinkScoreName, linkScoreNames } from './links/link-score.ts';
export type { Pairs, PairsLike } from './links/pairs.ts';
export { predictLinks } from './links/predict-links.ts';
export { type LinkSplit, type Links, type SplitLinksOptions, splitLinks } from './links/split-links.ts';
export {
  createModel,
  type ModelFacts,
  type ModelName,
  type ModelOptions,
  type ModelSettings,
  modelNames,
  type NamedModel,
  type NamedSettings,
  type NetworkSettings,
  type NodeModel,
} from './models.ts';
export { type ModelParts, modelOf, networkModel } from './network-model.ts';
export type { NodeGraph, NodeGraphLike, NodeSplit } from './node-graph.ts';
export { attend } from './operators/attend.ts';
export { edgeDots } from './operators/edge-dots.ts';
export { type EdgeSumOptions, edgeSum } from './operators/edge-sum.ts';
export { gatedSum } from './operators/gated-sum.ts';
export type { End } from './operators/pattern.ts';
export { changingTables, refreshTables } from './operators/placed.ts';
export { scaleEntries } from './operators/scale-entries.ts';
export { neighborMax, segmentMax } from './operators/segment-max.ts';
export { segmentSoftmax } from './operators/segment-softmax.ts';
export { segmentMean, segmentSum, toEntries } from './operators/segment-sum.ts';
export { type SparseMatmulOptions, sparseMatmul } from './operators/sparse-matmul.ts';
export { classify, predict, score, type UseOptions } from './predict.ts';
export { decodeModel, encodeModel, type LoadModelOptions } from './save.ts';
export { type LayerScores, smoothingScores } from './smoothing-scores.ts';
export { type Structure, type StructureOptions, structureOf } from './structure.ts';
export type { TargetsLike } from './tasks/targets.ts';
export { type TaskFacts, type TaskName, taskNames } from './tasks/task.ts';
export {
  type FitGraphsOptions,
  type FitGraphsResult,
  fitGraphs,
  type TrainedGraphModel,
} from './whole-graphs/fit-graphs.ts';
export { classifyGraphs, predictGraphs, scoreGraphs } from './whole-graphs/predict-graphs.ts';
export { type Readout, readouts } from './whole-graphs/readout.ts';
export type { GraphLike } from './whole-graphs/union.ts';
