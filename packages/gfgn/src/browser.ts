export { type Csr, createCsr, csrFromEntries, rowOfEntries } from '@unbraid/kernels';
export type { ClusterOptions } from './batches/cluster-batches.ts';
export type { SampleOptions } from './batches/neighbor-batches.ts';
export { partitionNodes } from './batches/partition.ts';
export { hopsOf } from './batches/stages.ts';
export { type Aggregation, nodeAggregate } from './compose/aggregate.ts';
export { buildNetwork } from './compose/build-network.ts';
export { describeNetwork, type NetworkJson } from './compose/describe-network.ts';
export { nodeDropout } from './compose/dropout.ts';
export { eachNode } from './compose/each-node.ts';
export { type JumpingParams, nodeJumping } from './compose/jumping.ts';
export { type NodeResidualParams, nodeResidual } from './compose/residual.ts';
export { type NodeSequenceParams, nodeSequence } from './compose/sequence.ts';
export { withEgo } from './compose/with-ego.ts';
export type { EpochRecord, Monitor } from './fit/epoch.ts';
export { fit } from './fit/fit.ts';
export type { BestEpoch, FitOptions, FitResult, TrainedModel, TrainingOptions } from './fit/options.ts';
export { checkSymmetric } from './graphs/check-adjacency.ts';

export { type FagcnOptions, type FagcnParams, fagcnPropagation } from './layers/fagcn.ts';
export { type GatOptions, type GatParams, gatLayer } from './layers/gat.ts';
export type { GateOptions } from './layers/gate.ts';
export { gcnLayer } from './layers/gcn.ts';
export { type GraphGateParams, gfgnGraph } from './layers/gfgn-graph.ts';
export { gfgnNeighbor, type PairedGateParams } from './layers/gfgn-neighbor.ts';
export { gfgnPair } from './layers/gfgn-pair.ts';
export { type GinOptions, type GinParams, ginLayer } from './layers/gin.ts';
export { type GprOptions, type GprParams, gprPropagation } from './layers/gpr.ts';
export {
  type GraphTransformerOptions,
  type GraphTransformerParams,
  graphTransformerLayer,
} from './layers/graph-transformer.ts';
export { h2gcnPropagation } from './layers/h2gcn.ts';
export { type LinkxOptions, type LinkxParams, linkxLayer } from './layers/linkx.ts';
export { type MixHopParams, mixHopLayer } from './layers/mixhop.ts';
export { type LinearParams, nodeDense } from './layers/node-dense.ts';
export {
  type AnyNodeLayer,
  applyLayer,
  type Context,
  type GateTensors,
  type LayerFacts,
  type NodeLayer,
  type Signal,
} from './layers/node-layer.ts';
export { type SageOptions, type SageParams, sageLayer } from './layers/sage.ts';
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
export { type GraphNetworkOptions, graphNetwork } from './networks/graph-network.ts';
export { type LayerKind, layerKinds } from './networks/layer-kinds.ts';
export type { NetworkDropout } from './networks/network-settings.ts';
export { type ResidualNetworkOptions, residualNetwork } from './networks/residual-network.ts';
export type { NodeGraph, NodeGraphLike, NodeSplit } from './node-graph.ts';
export { attend } from './operators/attend.ts';
export { type EdgeSumOptions, edgeDots, edgeSum } from './operators/edge-products.ts';
export { gatedSum } from './operators/gated-sum.ts';
export type { End } from './operators/pattern.ts';
export { changingTables, refreshTables } from './operators/placed.ts';
export { scaleEntries } from './operators/scale-entries.ts';
export { neighborMax, segmentMax } from './operators/segment-max.ts';
export { segmentSoftmax } from './operators/segment-softmax.ts';
export { segmentMean, segmentSum, toEntries } from './operators/segment-sum.ts';
export { type SparseMatmulOptions, sparseMatmul } from './operators/sparse-matmul.ts';
export { classify, type PredictOptions, predict, score, type UseOptions } from './predict.ts';
export { decodeGraphModel, encodeGraphModel } from './saved/graph-model.ts';
export { decodeLinkModel, encodeLinkModel } from './saved/link-model.ts';
export { decodeModel, encodeModel } from './saved/node-model.ts';
export type { LoadModelOptions } from './saved/params-file.ts';
export { type LayerScores, smoothingScores } from './smoothing-scores.ts';
export { type Structure, type StructureOptions, structureOf } from './structure.ts';
export type { TargetsLike } from './tasks/targets.ts';
export { scoreNames, type TaskFacts, type TaskName, taskNames } from './tasks/task.ts';
export {
  type FitGraphsOptions,
  type FitGraphsResult,
  fitGraphs,
  type TrainedGraphModel,
} from './whole-graphs/fit-graphs.ts';
export { classifyGraphs, predictGraphs, scoreGraphs } from './whole-graphs/predict-graphs.ts';
export { type Readout, readouts } from './whole-graphs/readout.ts';
export type { GraphLike } from './whole-graphs/union.ts';
