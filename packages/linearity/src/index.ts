export { type ActivationName, activationNames, activationOf } from './activations.ts';
export { type BallOptions, type PlConstantInBall, plConstantInBall } from './ball/pl-constant-in-ball.ts';
export { parameterCount } from './check.ts';
export { type NtkConvNetworkOptions, ntkConvNetwork } from './conv-network.ts';
export {
  type DensityPoint,
  densityAt,
  densityCurve,
  distributionAt,
  type Estimate,
  type Probed,
  spectralMean,
} from './density/estimates.ts';
export type { Quadrature } from './density/quadrature.ts';
export { type SpectralDensity, type SpectralOptions, spectralDensity } from './density/spectral-density.ts';
export { type Descent, type DescentOptions, type DescentProblem, type DescentState, descend } from './descend.ts';
export { type GaussNewtonNorm, type GaussNewtonOptions, gaussNewtonNorm } from './gauss-newton.ts';
export { gradientNorm } from './gradient.ts';
export {
  FEWEST_VECTORS,
  type HessianNorm,
  type HessianOptions,
  hessianBytes,
  hessianNorm,
  type WeightFunction,
} from './hessian.ts';
export {
  type InfiniteKernel,
  type InfiniteKernels,
  type InfiniteLayer,
  type InfiniteLayers,
  infiniteKernels,
} from './infinite/infinite-kernels.ts';
export type { InfiniteActivation } from './infinite/means.ts';
export { type InfiniteNetwork, infiniteKernel } from './infinite-kernel.ts';
export {
  type KernelBlock,
  type KernelBlockOptions,
  kernelBlocks,
  rowsStandAlone,
  tangentKernelBlock,
} from './kernel-blocks.ts';
export { type KernelSpectrum, kernelChange, kernelSpectrum, largestRate, plConstant } from './kernel-facts.ts';
export {
  type KernelProduct,
  type KernelSolution,
  type ProductOptions,
  type SolveOptions,
  solveKernel,
  withKernelProduct,
} from './kernel-product.ts';
export {
  distanceBetween,
  type KernelSensitivity,
  kernelSensitivity,
  movedAlong,
  type SensitivityOptions,
} from './kernel-sensitivity.ts';
export type { Eigenvalue, SpectrumEnds } from './lanczos.ts';
export { type DistanceOptions, type LinearDistance, linearDistance } from './linear-distance.ts';
export { type LinearizedParams, linearize } from './linearize.ts';
export { availableMemory, checkMemory } from './memory.ts';
export { type NtkNetworkOptions, type NtkOptions, ntkNetwork } from './network.ts';
export { kernelAlignment } from './regime/alignment.ts';
export {
  type Departure,
  kernelChangeLimit,
  type LinearRegime,
  linearRegimeMeanings,
  linearRegimeOf,
} from './regime/departure.ts';
export { type Regime, type RegimeOptions, regime } from './regime/regime.ts';
export { scaledModel } from './regime/scaled-model.ts';
export {
  type RegimeThresholds,
  regimeThresholds,
  type TrainingDeparture,
  type TrainingRegime,
  trainingRegimeMeanings,
  trainingRegimeOf,
} from './regime/training-regime.ts';
export {
  type KernelRegression,
  kernelRegression,
  type NewRows,
  type RegressionProblem,
} from './regression/kernel-regression.ts';
export type { IntervalOptions, Intervals, Prediction } from './regression/prediction.ts';
export {
  type TangentRegression,
  type TangentRegressionOptions,
  tangentRegression,
} from './regression/tangent-regression.ts';
export { type ShortestStep, type StepOptions, shortestStep } from './shortest-step.ts';
export {
  type Kernel,
  type KernelOptions,
  type TangentKernel,
  tangentKernel,
} from './tangent-kernel.ts';
export type { TangentPoint } from './tangent-point.ts';
