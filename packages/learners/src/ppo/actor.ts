import { compile, f32, type Runtime, type Scope, type Source, trace } from '@unbraid/graph';
import type { ParamSpec } from '@unbraid/nn';
import type { ActorCritic } from '../networks/actor-critic.ts';

/** An actor and its critic, ready for the observations of all environments at once. */
export interface CompiledActor {
  /** Rows of observations, normalized: written before `run`. */
  readonly observations: Float32Array;
  /** What the distribution reads, after `run`. */
  readonly outputs: Float32Array;
  /** After `run`. */
  readonly values: Float32Array;
  /** A promise only where there is something to wait for. */
  run(): Promise<void> | undefined;
}

/** One session for policy and value, whose memory is used again: a call costs little more than its products. @param params of both, which may change */
export async function compileActor(
  scope: Scope,
  runtime: Runtime,
  { model, apply }: ActorCritic,
  { rows, inputs, params }: { readonly rows: number; readonly inputs: number; readonly params: Source },
): Promise<CompiledActor> {
  const specs = { params: model.params as ParamSpec, observations: f32(rows, inputs) };
  const graph = trace(specs, (tensors) => {
    const { outputs, values } = apply(tensors.params, tensors.observations);
    return { outputs, values };
  });
  const executable = scope.own(await compile(graph, runtime, { inputs: { params } }));
  return {
    get observations() {
      return executable.inputs.observations.float32;
    },
    get outputs() {
      return executable.outputs.outputs.float32;
    },
    get values() {
      return executable.outputs.values.float32;
    },
    run: () => executable.runNow(),
  };
}
