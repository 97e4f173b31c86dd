import { StateError } from '@unbraid/checks';
import type { Answer, Request, Tasks } from './messages.ts';

/** A demo's Worker, as its page sees it. It starts with the first task. */
export interface DemoWorker<T extends Tasks> {
  /**
   * Does a task in the Worker.
   * @throws the signal's reason when it is aborted, at once; the Worker ends what it does as soon as it hears
   * @throws {StateError} with the Worker's message where the task fails or the Worker can't be loaded
   */
  run<K extends keyof T & string>(
    task: K,
    input: T[K]['input'],
    options?: { readonly signal?: AbortSignal; readonly onProgress?: (value: T[K]['progress']) => void },
  ): Promise<T[K]['result']>;
  /** Ends the Worker; what runs is rejected. */
  close(): void;
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: unknown): void;
  onProgress(value: unknown): void;
}

/** A Worker that doesn't hear of a cancel for so many milliseconds is ended, where nothing else is asked of it; the next task gets a new one. */
const PATIENCE = 3000;

/** @param wasmUrl where ONNX Runtime's WebAssembly file is; undefined: beside the Worker's file */
export function openWorker<T extends Tasks>(url: URL, wasmUrl: () => string | undefined): DemoWorker<T> {
  const pending = new Map<number, Pending>();
  const cancelled = new Map<number, ReturnType<typeof setTimeout>>();
  let worker: Worker | undefined;
  let next = 0;

  const end = (reason: Error) => {
    worker?.terminate();
    worker = undefined;
    for (const timer of cancelled.values()) clearTimeout(timer);
    cancelled.clear();
    for (const { reject } of pending.values()) reject(reason);
    pending.clear();
  };
  const hear = (answer: Answer) => {
    if (answer.type === 'heard') {
      clearTimeout(cancelled.get(answer.id));
      cancelled.delete(answer.id);
      return;
    }
    const task = pending.get(answer.id);
    if (answer.type === 'progress') return void task?.onProgress(answer.value);
    pending.delete(answer.id);
    if (answer.type === 'result') task?.resolve(answer.value);
    else task?.reject(new StateError(answer.message));
  };
  const begin = () => {
    const begun = new Worker(url, { type: 'module' });
    begun.onmessage = ({ data }: MessageEvent<Answer>) => hear(data);
    begun.onerror = ({ message }) =>
      end(
        new StateError(`lab: the demo's Worker can't be run: ${message || `there is no ${url}`}; load the page again`),
      );
    return begun;
  };
  const cancel = (id: number) => {
    if (!worker || !pending.delete(id)) return;
    worker.postMessage({ type: 'cancel', id } satisfies Request);
    const timer = setTimeout(() => {
      cancelled.delete(id);
      if (pending.size > 0) return;
      worker?.terminate();
      worker = undefined;
    }, PATIENCE);
    cancelled.set(id, timer);
  };

  return {
    run(task, input, { signal, onProgress } = {}) {
      return new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        worker ??= begin();
        const id = next++;
        pending.set(id, { resolve, reject, onProgress: (value) => onProgress?.(value) } as Pending);
        signal?.addEventListener('abort', () => {
          cancel(id);
          reject(signal.reason);
        });
        worker.postMessage({ type: 'start', id, task, input, wasmUrl: wasmUrl() } satisfies Request);
      });
    },
    close: () => end(new StateError('lab: the demo was closed')),
  };
}
