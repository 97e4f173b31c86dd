export { grad, hvp, jvp, valueAndGrad, vjp } from './autodiff/transforms.ts';
export type { Backend, BackendOptions, Runtime, RuntimeOptions } from './backends/backend.ts';
export type { DType, TypedArray } from './dtype.ts';
export { erfValue } from './erf-value.ts';
export { evaluate } from './evaluate.ts';
export type { HostKernel } from './host/host-form.ts';
export { type HostOperator, hostOperator } from './host/host-operator.ts';
export { part } from './host/part.ts';
export type { NdArray } from './ndarray.ts';
export {
  type ExportOptions,
  type ExternalExportOptions,
  type ExternalModel,
  exportOnnx,
  exportOnnxFiles,
} from './onnx/export.ts';
export type { OpenBatch } from './onnx/open-batch.ts';
export { maskKeys } from './operators/bernoulli-mask.ts';
export * from './operators/index.ts';
export type { Buffer, Source } from './run/buffer.ts';
export { type CompileOptions, compile, type Executable } from './run/compile.ts';
export { CompileError } from './run/compile-error.ts';
export { type Keeping, releaseKept, useKept } from './run/kept.ts';
export { type Layout, type LayoutLeaf, layoutOf, locate } from './run/layout.ts';
export { type OpenFile, openFile } from './run/open-file.ts';
export { blockIn, inOpenScope, type OpenScope, type Scope, withScope } from './run/scope.ts';
export { createWorkspace, type Workspace } from './run/workspace.ts';
export { type Shape, ShapeError, sizeOf } from './shape.ts';
export { simplify } from './simplify.ts';
export { bool, f32, f64, i32, i64, type Operator, spec, type Tensor, type TensorSpec } from './tensor.ts';
export { topologicalOrder } from './topology.ts';
export { type AnyGraph, type Graph, type Outputs, type Specs, trace } from './trace.ts';
export { type Leaf, type Like, leavesOf, mapTree, type TensorsOf, type Tree } from './tree.ts';
