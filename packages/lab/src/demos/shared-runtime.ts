import { defaultRuntime, type Runtime } from '@unbraid/graph/runtime';

let runtime: Promise<Runtime> | undefined;

/** The one runtime of a Worker, or of Node: each has an arena of its own, which grows and stays. */
export function sharedRuntime(): Promise<Runtime> {
  runtime ??= defaultRuntime();
  return runtime;
}
