import { compile, f32, type Runtime, type Scope, type Source, trace } from '@unbraid/graph';
import { type AnyModel, applyModel, type ParamSpec } from '@unbraid/nn';

/** A network for so many rows at a time, in one session whose memory is used again. */
export interface CompiledNetwork {
  /** Written before `run`. */
  readonly inputs: Float32Array;
  /** After `run`. */
  readonly outputs: Float32Array;
  /** A promise only where there is something to wait for. */
  run(): Promise<void> | undefined;
}

/** @param params which may change between runs */
export async function compileNetwork(
  scope: Scope,
  runtime: Runtime,
  model: AnyModel,
  { rows, inputs, params }: { readonly rows: number; readonly inputs: number; readonly params: Source },
): Promise<CompiledNetwork> {
  const specs = { params: model.params as ParamSpec, x: f32(rows, inputs) };
  const graph = trace(specs, (tensors) => ({ y: applyModel(model, tensors.params, tensors.x) }));
  const executable = scope.own(await compile(graph, runtime, { inputs: { params } }));
  return {
    get inputs() {
      return executable.inputs.x.float32;
    },
    get outputs() {
      return executable.outputs.y.float32;
    },
    run: () => executable.runNow(),
  };
}
