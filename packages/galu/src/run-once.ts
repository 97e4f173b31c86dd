import { having } from '@unbraid/checks';
import {
  type CompileOptions,
  compile,
  type Graph,
  type Outputs,
  type Runtime,
  type Specs,
  withScope,
} from '@unbraid/graph';

/** What runs the graphs. */
export interface RunOptions {
  /** By default one made for the call, `defaultRuntime()` of `@unbraid/graph/runtime`. */
  readonly runtime?: Runtime | undefined;
}

/** The same, of what can be stopped. */
export interface StoppableOptions extends RunOptions {
  /** When aborted, its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
}

/** Entries of a schema for `StoppableOptions`. */
export const runSettings = {
  runtime: having<Runtime>('a runtime such as nodeRuntime()', 'backend', 'arena', 'kernels').optional(),
  signal: having<AbortSignal>('an AbortSignal', 'aborted', 'throwIfAborted').optional(),
};

/** Compiles a graph, runs it once on the caller's memory, and frees the session and whatever else it took, also on failure. */
export async function runOnce<I extends Specs, O extends Outputs>(
  graph: Graph<I, O>,
  runtime: Runtime,
  memory: Pick<CompileOptions<I, O>, 'inputs' | 'outputs'>,
): Promise<void> {
  await withScope(async (scope) => scope.own(await compile(graph, runtime, memory)).run());
}
