export { checkFiniteValues, countNonFinite, firstNonFinite } from './finite.ts';
export { InputError, type InputErrorCode } from './input-error.ts';
export { editDistance, nearestFirst, unknownName } from './nearest.ts';
export { type Bounds, callback, count, finite, flag, given, having, integer, oneOf, text } from './schemas.ts';
export { checkSettings, type SettingsSchema } from './settings.ts';
export { showValue } from './show-value.ts';
export { emitWarning, type WarningListener } from './warning.ts';
