import { useEffect, useRef, useState } from 'preact/hooks';
import type { DemoWorker } from './demo-worker.ts';
import type { Tasks } from './messages.ts';

/** How a task stands. */
export interface TaskState<P, R> {
  readonly status: 'idle' | 'busy' | 'done' | 'error';
  /** The latest of the task that runs, or of the one that ended. */
  readonly progress: P | undefined;
  /** The latest there is: while `busy` that of the settings before. */
  readonly result: R | undefined;
  readonly error: string | undefined;
}

interface Kept<P, R> extends TaskState<P, R> {
  readonly key: string | undefined;
}

/**
 * Does a task whenever its input changes, by what it is as JSON, or `attempt` does; one that still runs is cancelled. Without input it is idle.
 * The status is never that of other settings than those shown.
 */
export function useTask<T extends Tasks, K extends keyof T & string>(
  worker: DemoWorker<T>,
  task: K,
  input: T[K]['input'] | undefined,
  attempt: number | string = 0,
): TaskState<T[K]['progress'], T[K]['result']> {
  type State = Kept<T[K]['progress'], T[K]['result']>;
  const none: State = { key: undefined, status: 'idle', progress: undefined, result: undefined, error: undefined };
  const [state, setState] = useState<State>(none);
  const key = input === undefined ? undefined : JSON.stringify([task, input, attempt]);
  const latest = useRef(input);
  latest.current = input;

  useEffect(() => {
    if (key === undefined) return;
    const controller = new AbortController();
    const set = (some: Partial<State>) => {
      if (!controller.signal.aborted) setState((before) => ({ ...before, ...some, key }));
    };
    set({ status: 'busy', progress: undefined, error: undefined });
    const onProgress = (progress: T[K]['progress']) => set({ progress });
    worker.run(task, latest.current, { signal: controller.signal, onProgress }).then(
      (result) => set({ status: 'done', result }),
      (error: Error) => set({ status: 'error', error: error.message }),
    );
    return () => controller.abort();
  }, [key, worker]);

  if (key === undefined) return { ...none, result: state.result };
  const { key: of, ...own } = state;
  return of === key ? own : { status: 'busy', progress: undefined, result: own.result, error: undefined };
}

/** The newest that there is of a task: its result, while it runs its progress, and before that the result of the settings before. */
export const newestOf = <P, R extends P>({ status, progress, result }: TaskState<P, R>): P | undefined =>
  status === 'done' ? result : (progress ?? result);
