import {
  type CompileOptions,
  compile,
  type Graph,
  type Outputs,
  type Runtime,
  type Specs,
  withScope,
} from '@unbraid/graph';

/** Compiles a graph, runs it once on the caller's memory, and frees the session and whatever else it took, also on failure. */
export async function runOnce<I extends Specs, O extends Outputs>(
  graph: Graph<I, O>,
  runtime: Runtime,
  memory: Pick<CompileOptions<I, O>, 'inputs' | 'outputs'>,
): Promise<void> {
  await withScope(async (scope) => scope.own(await compile(graph, runtime, memory)).run());
}
