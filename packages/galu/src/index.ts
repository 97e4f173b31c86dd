export { blockRows, type Sizes, solverBytes } from './blocks.ts';
export { type BoundProblem, type GeneralizationBound, generalizationBound, rampLoss } from './bound.ts';
export {
  type Iteration,
  type LeastSquares,
  type PreparedLeastSquares,
  prepareLeastSquares,
  type Solution,
  type StopRule,
  solveLeastSquares,
} from './cgls.ts';
export {
  createGalu,
  type FitOptions,
  type FittedGalu,
  type Galu,
  type GaluNetwork,
  type GaluSettings,
} from './galu.ts';
export { gaussianGates, outputWeights } from './gates.ts';
export { galuKernel, infiniteGaluKernel, type KernelNetwork } from './kernel.ts';
export { fitKernelRidge, predictKernelRidge } from './kernel-ridge.ts';
export { type LogisticProblem, solveLogistic } from './newton.ts';
export { predictOutputs } from './predict.ts';
export { loadGalu, saveGalu, saveOnnx } from './save.ts';
export { accuracy, classesOf, determination, type Targets, type Task } from './targets.ts';
export { galuNetwork, type HiddenParams, hiddenOf, reluNetwork, type TwinParams } from './twin.ts';
