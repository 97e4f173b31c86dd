export type { Controller, Feedback } from './control/controller.ts';
export { type IncrementalPISettings, type IncrementalPIState, incrementalPI } from './control/incremental-pi.ts';
export { type MovingAverage, type MovingAverageState, movingAverage } from './control/moving-average.ts';
export { type PositionalPISettings, type PositionalPIState, positionalPI } from './control/positional-pi.ts';
export { type SetPointSettings, setPointSchedule } from './control/set-point-schedule.ts';
export { type BetaVaeScore, type BetaVaeScoreSettings, betaVaeScore } from './metrics/beta-vae-score.ts';
export { type BootstrapSettings, bootstrapIntervals, type Interval } from './metrics/bootstrap.ts';
export type { Codes, Factors } from './metrics/codes.ts';
export { type Dci, type DciFactor, type DciSettings, dci } from './metrics/dci.ts';
export {
  type Disentanglement,
  type DisentanglementOptions,
  type DisentanglementResults,
  disentanglement,
  type MetricName,
  type MetricStep,
  metricNames,
} from './metrics/disentanglement.ts';
export { type ElboParts, type ElboPartsSettings, elboParts } from './metrics/elbo-parts.ts';
export { explicitness, type LossCapacityCurve } from './metrics/explicitness.ts';
export { type FactorVaeScore, type FactorVaeScoreSettings, factorVaeScore } from './metrics/factor-vae-score.ts';
export { type HistogramSettings, histogramInformation } from './metrics/histogram-information.ts';
export { type InfoMec, type InfoMecSettings, infoMec } from './metrics/info-mec.ts';
export { type KlDivergence, klDivergence } from './metrics/kl.ts';
export { type FactorGap, type InformationGap, informationGap } from './metrics/mig.ts';
export { type Modularity, modularity } from './metrics/modularity.ts';
export { type BinSettings, type MutualInformation, mutualInformation } from './metrics/mutual-information.ts';
export { type NearestSettings, nearestInformation } from './metrics/nearest-information.ts';
export { bernoulliReconstruction, gaussianReconstruction } from './metrics/reconstruction.ts';
export type { Representation } from './metrics/representation.ts';
export { type Sap, type SapFactor, type SapSettings, sap } from './metrics/sap.ts';
export { type Udr, type UdrSettings, udr } from './metrics/udr.ts';
export type { DiscriminatorSettings } from './training/discriminator.ts';
export { DivergedError } from './training/diverged-error.ts';
export type { FittedVae, FitVaeOptions, VaeCheckpoint, VaeStep } from './training/fit-options.ts';
export { fitVae } from './training/fit-vae.ts';
export type { Objective, ObjectiveName, SetPoint } from './training/objective.ts';
export type { AnnealedObjective } from './training/objectives/annealed.ts';
export type { DipObjective } from './training/objectives/dip.ts';
export { type PublishedObjective, publishedObjectives } from './training/objectives/published.ts';
export type { QuantizedObjective } from './training/objectives/quantized.ts';
export type { TcObjective } from './training/objectives/tc.ts';
export { padImages } from './training/pad-images.ts';
export {
  type ByteImages,
  colourSpriteImages,
  type DrawRows,
  type DrawSprites,
  type RowSource,
  spriteImages,
} from './training/row-source.ts';
export type { Trace } from './training/trace.ts';
export { type StepResponse, smoothedKl, stepResponse, type Tracking, trackingOf } from './training/tracking.ts';
export { decode, decodeLogits, drawCodes, sample } from './use/decode.ts';
export { encode } from './use/encode.ts';
export { type Evaluation, evaluateVae } from './use/evaluate.ts';
export { decodeVae, encodeVae, type LoadVaeOptions } from './use/save.ts';
export { exportVae, type OnnxModels } from './use/save-onnx.ts';
export type { SeededOptions, TrainedVae, UseOptions } from './use/trained-vae.ts';
export { type TraverseOptions, traverse } from './use/traverse.ts';
export {
  type BernoulliColumn,
  type CategoricalColumn,
  type Column,
  columnWidth,
  type GaussianColumn,
} from './vae/columns.ts';
export { createVae, type ImageVae, type VaeSettings } from './vae/create-vae.ts';
export { type ImageShape, type ImageSize, imageSizes } from './vae/image-shape.ts';
export type { MeanLink, Variance } from './vae/likelihoods/gaussian.ts';
export type { Likelihood } from './vae/likelihoods/likelihood.ts';
export type { GaussianSettings, LikelihoodSettings, SquaresSettings } from './vae/likelihoods/likelihood-of.ts';
export {
  type DenseNetworksOptions,
  denseNetworks,
  imageNetworks,
  type Networks,
  type NetworksOptions,
  signalNetworks,
} from './vae/networks.ts';
export type { Quantizer } from './vae/quantizer.ts';
export type { ImageSides, RowForm, Rows, TableColumns, VectorLength } from './vae/rows.ts';
export type { Posterior, Vae, VaeParams, VaeQuantizer } from './vae/vae.ts';
export { type VaeFromOptions, vaeFrom } from './vae/vae-from.ts';
