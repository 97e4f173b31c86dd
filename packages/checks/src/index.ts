export { type ByteSource, toBytes } from './byte-source.ts';
export { DivergedError } from './diverged-error.ts';
export { ERROR_CODES, type ErrorCode } from './error-code.ts';
export { checkFiniteValues, countNonFinite, firstNonFinite } from './finite.ts';
export { InputError, type InputErrorCode } from './input-error.ts';
export { InternalError } from './internal-error.ts';
export type { KerasArray, KerasLayer } from './keras-layer.ts';
export { listed, shownShape } from './listed.ts';
export { editDistance, nearestFirst, unknownName } from './nearest.ts';
export { type Bounds, callback, count, finite, flag, given, having, integer, oneOf, text } from './schemas.ts';
export { checkSettings, type SettingsSchema } from './settings.ts';
export { showValue } from './show-value.ts';
export { StateError } from './state-error.ts';
export { classesOfOutputs, largestColumns } from './tabular/best-columns.ts';
export { type FlatRows, type Matrix, type MatrixLike, toMatrix } from './tabular/matrix.ts';
export { rareClassNotice, scaleNotice } from './tabular/notices.ts';
export {
  type Labels,
  type LabelsLike,
  type LabelsOptions,
  type Targets,
  type TargetsLike,
  type TargetsOptions,
  toLabels,
  toTargets,
} from './tabular/targets.ts';
export {
  type Entries,
  toWholeMatrix,
  type WholeMatrix,
  type WholeRows,
  type WholeType,
} from './tabular/whole-numbers.ts';
export { emitWarning, type WarningListener } from './warning.ts';
