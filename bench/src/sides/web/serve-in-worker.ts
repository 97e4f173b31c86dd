import type { Prepared, Ran, RunOptions } from '../../protocol.ts';
import type { WebTask } from '../../tasks/web.ts';

/** A side that runs in a Worker of Chromium. */
export interface WebSide {
  prepare(task: WebTask): Promise<Omit<Prepared, 'startBytes'>>;
  run(options: RunOptions): Promise<Pick<Ran, 'milliseconds'>>;
}

/** What the page asks; the answer is JSON. */
export type WebRequest =
  | { readonly do: 'prepare'; readonly task: WebTask }
  | { readonly do: 'run'; readonly options: RunOptions };

/** What a Worker has of its own, where this runs. */
interface WorkerScope {
  onmessage(event: { readonly data: WebRequest }): Promise<void>;
  postMessage(answer: string): void;
}

/** Answers the page. */
export function serveInWorker(side: WebSide): void {
  const scope = globalThis as unknown as WorkerScope;
  const answer = (request: WebRequest) =>
    request.do === 'prepare' ? side.prepare(request.task) : side.run(request.options);
  scope.onmessage = async ({ data }) => {
    try {
      const done = await answer(data);
      scope.postMessage(JSON.stringify({ done, at: performance.timeOrigin + performance.now() }));
    } catch (error) {
      scope.postMessage(JSON.stringify({ failed: error instanceof Error ? error.stack : String(error) }));
    }
  };
}

/** The bytes of a file that the side's server has. */
export async function load(path: string): Promise<Uint8Array> {
  const response = await fetch(new URL(path, (globalThis as unknown as { location: URL }).location.href));
  return new Uint8Array(await response.arrayBuffer());
}

/** A number that depends on each output and on their order. */
export const digestOf = (outputs: ArrayLike<number>): number =>
  Array.from(outputs).reduce((sum, output, i) => sum + (i + 1) * output, 0);
