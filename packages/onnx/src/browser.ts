export { type HeadOptions, replaceHead } from './change/replace-head.ts';
export { type ExportOptions, exportOnnx } from './export/export-onnx.ts';
export { type FrozenOptions, runFrozen } from './frozen/run-frozen.ts';
export { type ImportBytesOptions, importOnnx } from './import/import-onnx.ts';
export type { ImportOptions } from './import/import-settings.ts';
export type { FrozenPart, NamedTensors, OnnxFile, OnnxModel, OnnxParams, OnnxValue } from './import/onnx-model.ts';
