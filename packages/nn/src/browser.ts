export type { ProgressListener } from '@unbraid/checks/progress';
export { defaultRuntime } from '@unbraid/graph/runtime';
export { averageParams } from './fine-tuning/average-params.ts';
export { type LoraModel, type LoraOptions, lora, mergeLora } from './fine-tuning/lora.ts';
export { type ReplaceHeadOptions, replaceHead } from './fine-tuning/replace-head.ts';
export type { CheckpointStore, Json, SavedState } from './fit/checkpoint.ts';
export { type ClassFacts, type ClassWeights, classWeightsOf } from './fit/class-weights.ts';
export type { Data, DataLike, InputRows, InputsLike, Matrix, RowsLike, Targets } from './fit/data.ts';
export type { EarlyStopping } from './fit/early-stopping.ts';
export {
  type FindLearningRateOptions,
  findLearningRate,
  type LearningRatePoint,
  type LearningRates,
} from './fit/find-learning-rate.ts';
export { fit } from './fit/fit.ts';
export { FitError } from './fit/fit-error.ts';
export type { FitOptions, FitOptionsFor, StepRecord } from './fit/fit-options.ts';
export type { Best, EpochRecord, FitResult } from './fit/fit-result.ts';
export { type ParameterPattern, parameterMatcher } from './fit/parameter-pattern.ts';
export { evaluateModel, type PredictOptions, predict } from './fit/predict.ts';
export { terminalProgress } from './fit/progress-line.ts';
export { type Inputs, resolveInputs } from './fit/resolve-inputs.ts';
export type { Metrics, Scores } from './fit/scores.ts';
export type { TrainingBatch } from './fit/trainer.ts';
export { type TrainingMode, trainingMode } from './fit/training-mode.ts';
export { initialize } from './initialize.ts';
export type { Fans, Initializer, InitializerDescription } from './initializers/initializer.ts';
export { ntk } from './initializers/ntk.ts';
export { orthogonal } from './initializers/orthogonal.ts';
export { filled, gaussian, zeros } from './initializers/plain.ts';
export { stored } from './initializers/stored.ts';
export { glorotNormal, glorotUniform, heNormal, heUniform } from './initializers/variance-scaling.ts';
export type { InputSpec, ModelInput } from './input-spec.ts';
export { type ActivationName, activation } from './layers/activation.ts';
export { type AppendColumnsOptions, appendColumns } from './layers/append-columns.ts';
export {
  type AttentionInput,
  type AttentionParams,
  type MultiHeadAttentionOptions,
  multiHeadAttention,
} from './layers/attention.ts';
export { type BatchNormOptions, type BatchNormParams, batchNorm } from './layers/batch-norm.ts';
export { type ConvTransposeLayerOptions, convTranspose2d } from './layers/conv-transpose2d.ts';
export { type Conv1dOptions, conv1d } from './layers/conv1d.ts';
export { conv2d } from './layers/conv2d.ts';
export { type DenseOptions, type DenseParams, dense } from './layers/dense.ts';
export { dropout } from './layers/dropout.ts';
export { type EmbeddingOptions, embedding } from './layers/embedding.ts';
export type { FilterOptions, FilterParams } from './layers/filters.ts';
export { flatten, unflatten } from './layers/flatten.ts';
export { type GlobalAveragePoolOptions, globalAveragePool } from './layers/global-average-pool.ts';
export type { Padding } from './layers/image.ts';
export { type GroupNormOptions, groupNorm, type LayerNormOptions, layerNorm, type NormParams } from './layers/norms.ts';
export {
  type AveragePoolLayerOptions,
  averagePool2d,
  type MaxPoolLayerOptions,
  maxPool2d,
  type PoolLayerOptions,
} from './layers/pooling.ts';
export {
  type PositionalEmbeddingOptions,
  positionalEmbedding,
  sinusoidalEmbedding,
} from './layers/positional-embedding.ts';
export { type GruParams, gru, type LstmParams, lstm, type RecurrentOptions } from './layers/recurrent.ts';
export { type ResidualParams, residual } from './layers/residual.ts';
export { type BasicBlockOptions, type BottleneckOptions, basicBlock, bottleneck } from './layers/resnet-blocks.ts';
export { type SequentialParams, sequential } from './layers/sequential.ts';
export {
  type MaskedSequence,
  type TransformerBlockOptions,
  type TransformerBlockParams,
  transformerBlock,
} from './layers/transformer-block.ts';
export { accuracy } from './losses/accuracy.ts';
export { logistic } from './losses/logistic.ts';
export type { Loss } from './losses/loss.ts';
export { meanAbsoluteError } from './losses/mean-absolute-error.ts';
export { meanSquaredError } from './losses/mean-squared-error.ts';
export { softmaxCrossEntropy } from './losses/softmax-cross-entropy.ts';
export {
  accuracyScore,
  type ConfusionOptions,
  confusionMatrix,
  f1Score,
  precisionScore,
  recallScore,
} from './metrics/confusion-matrix.ts';
export { logLoss } from './metrics/log-loss.ts';
export type { Average, AverageOptions, MetricOptions } from './metrics/metric-options.ts';
export { bestLabels, softmaxRows } from './metrics/outputs.ts';
export { maeScore, mseScore, type Quantities, r2Score } from './metrics/regression-scores.ts';
export { rocAucScore } from './metrics/roc-auc-score.ts';
export { inference, type Mode } from './mode.ts';
export { type AnyModel, applyModel, type Model, type ModelFacts, type NamedLayer } from './model.ts';
export { type AdamSettings, type AdamWSettings, adam, adamW } from './optimizers/adam.ts';
export { type MomentumSettings, momentum } from './optimizers/momentum.ts';
export type { Optimizer, OptimizerContext, OptimizerState, Part, Stepper } from './optimizers/optimizer.ts';
export { type SgdSettings, sgd } from './optimizers/sgd.ts';
export { fixedParam, type ParamOptions, type ParamSpec, param } from './param.ts';
export { type Architecture, buildModel, describeModel } from './saved/architecture.ts';
export { type KerasOptions, paramsFromKeras } from './saved/keras/params-from-keras.ts';
export { type DecodeModelOptions, decodeModel, encodeModel, type SavedModel } from './saved/model-codec.ts';
export { decodeState, encodeState } from './saved/state-codec.ts';
export type { Schedule } from './schedules/schedule.ts';
export { constantRate, cosineDecay, exponentialDecay, linearWarmup, stepDecay } from './schedules/schedules.ts';
export { showSummary } from './summary/show-summary.ts';
export { type LayerSummary, type Summary, summarize } from './summary/summarize.ts';
export { compilePredictor, type Predictor, type PredictorOptions } from './use/compile-predictor.ts';
export { type ExportModelOptions, exportModel } from './use/export-model.ts';
export { inputShapeOf } from './use/input-shape.ts';
