export type { ScorePredictions } from './explain/default-score.ts';
export type { GridValue } from './explain/grid.ts';
export {
  type PartialDependence,
  type PartialDependenceOptions,
  partialDependence,
} from './explain/partial-dependence.ts';
export {
  type ColumnImportance,
  type PermutationImportance,
  type PermutationImportanceOptions,
  permutationImportance,
} from './explain/permutation-importance.ts';
export type { ExplainProgress, PredictTable } from './explain/settings.ts';
export { tableFromColumns, tableFromRows } from './from-values.ts';
export { leakageNotices } from './leakage/leakage-notices.ts';
export { exportPipeline, type PipelineOptions } from './onnx/export-pipeline.ts';
export { type FitPreprocessorOptions, type FittedPreprocessor, fitPreprocessor } from './prepare/fit-preprocessor.ts';
export { preprocessorFromJson } from './prepare/json.ts';
export type {
  BooleanPlan,
  ColumnPlan,
  ColumnUse,
  DatePlan,
  LeftOutPlan,
  MeansPlan,
  NumberPlan,
  OneHotPlan,
  Standardization,
} from './prepare/plan.ts';
export { type Preprocessor, type TransformOptions, unseenLine } from './prepare/preprocessor.ts';
export { selectRows } from './prepare/select-rows.ts';
export {
  type ClassificationTarget,
  type RegressionTarget,
  selectTarget,
  type Target,
  type TargetOptions,
  targetOf,
} from './prepare/target.ts';
export type { Unseen } from './prepare/write-features.ts';
export type { ReadTableOptions, TableFormat, TableSource, TextEncoding } from './read/options.ts';
export { readDataTable, streamDataTable } from './read/read-data-table.ts';
export { foldRows } from './split/fold-rows.ts';
export { splitRows } from './split/split-rows.ts';
export type { FoldRowsOptions, RowSplit, SplitBy, SplitRowsOptions } from './split/split-settings.ts';
export type {
  BooleanColumn,
  Column,
  ColumnKind,
  DataTable,
  DateColumn,
  NumberColumn,
  TextColumn,
} from './table.ts';
