export { blockRows, type Sizes, solverBytes } from './blocks.ts';
export { type BoundProblem, type GeneralizationBound, generalizationBound, rampLoss } from './bound.ts';
export { type LeastSquares, type PreparedLeastSquares, prepareLeastSquares, solveLeastSquares } from './cgls.ts';
export type { Convergence } from './convergence.ts';
export type { ConvexReport, GatedNetwork, ReluNetwork } from './convex/convex-network.ts';
export type { ConvexOptions, ConvexSettings, GatedPathSettings } from './convex/convex-settings.ts';
export { type ConvexNetwork, fitConvex, gatedPath, largestPenalty } from './convex/fit-convex.ts';
export type { ConvexProgress } from './convex/gated-program.ts';
export {
  type DeepGalu,
  type DeepGaluParams,
  type DeepGaluSettings,
  type DeepGaluTensors,
  deepGalu,
} from './deep/deep-galu.ts';
export { deepGates } from './deep/deep-gates.ts';
export { type DeepLayers, type DeepReluParams, deepRelu } from './deep/deep-relu.ts';
export type { GateKind } from './deep/features.ts';
export { type GatedRows, type InfinitePaths, infinitePathKernel, pathKernel } from './deep/path-kernel.ts';
export {
  type ConvStages,
  type ConvStagesOptions,
  convStages,
  type DenseStagesOptions,
  denseStages,
  type Stage,
} from './deep/stages.ts';
export type { Classes, FitReport, FittedGalu, GaluNetwork } from './fitted.ts';
export { createGalu, type Galu } from './galu.ts';
export { type FirstLayer, gatesOf } from './gates/first-layer.ts';
export type { GivenGates } from './gates/given.ts';
export { type KMeans, type KMeansOptions, kMeans } from './gates/k-means.ts';
export type { Gates, LearnedGates } from './gates/kinds.ts';
export { gaussianGates, outputWeights } from './gates.ts';
export { decodeGln, encodeGln } from './gln/codec.ts';
export { createGln, type Gln, type GlnFitOptions, type GlnReport } from './gln/gln.ts';
export type { GlnLayer } from './gln/layer.ts';
export type { GlnConfiguration, GlnSettings, LayerShape } from './gln/settings.ts';
export type { InputMap, ScalingKind } from './inputs.ts';
export { galuKernel, infiniteGaluKernel, type KernelNetwork } from './kernel.ts';
export { fitKernelRidge, predictKernelRidge } from './kernel-ridge.ts';
export { decodeGalu, type LoadOptions, parseGalu } from './load.ts';
export { type LogisticProblem, solveLogistic } from './newton.ts';
export type { Preconditioning } from './preconditioner.ts';
export { predictOutputs } from './predict.ts';
export { type Probable, probabilitiesOf } from './probabilities.ts';
export type { Iteration, IterationListener, Problem, Solution, SolveOptions, StopRule } from './problem.ts';
export type { ClassWeights, RowWeights } from './row-weights.ts';
export type { RowSource } from './rows/row-source.ts';
export type { RunOptions, StoppableOptions } from './run-once.ts';
export { encodeGalu, exportGalu, type GaluExportOptions, type SavedGalu } from './save.ts';
export { accuracy, classesOf, determination, exactMatch, labelAccuracies, signAccuracy, signsOf } from './scores.ts';
export type { Folds } from './search/folds.ts';
export { galuPath, type PathScore, type Rows } from './search/galu-path.ts';
export { type RidgePathOptions, type RidgeSolution, ridgePath } from './search/ridge-path.ts';
export { type RefittedSearch, type SearchResult, type SearchScore, searchGalu } from './search/search.ts';
export type { PathSettings, SearchListener, SearchProgress, SearchSettings } from './search/settings.ts';
export type { FitOptions, GaluSettings } from './settings.ts';
export { type SoftmaxProblem, solveSoftmax } from './softmax.ts';
export { type ClassNames, encodeLabels, type Labels, type Loss, type Targets, type Task } from './targets.ts';
export { galuNetwork, type HiddenParams, hiddenOf, reluNetwork, type TwinParams } from './twin.ts';
export type { Weights } from './weights.ts';
