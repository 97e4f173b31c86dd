import { type CompileOptions, compile, type Graph, type Outputs, type Runtime, type Specs } from '@unbraid/graph';

/** Compiles a graph, runs it once on the caller's memory, and frees the session and whatever else it took, also on failure. */
export async function runOnce<I extends Specs, O extends Outputs>(
  graph: Graph<I, O>,
  runtime: Runtime,
  memory: Pick<CompileOptions<I, O>, 'inputs' | 'outputs'>,
): Promise<void> {
  const executable = await compile(graph, runtime, memory);
  try {
    await executable.run();
  } finally {
    await executable.release();
  }
}
