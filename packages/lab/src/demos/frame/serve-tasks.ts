import { setWasmUrl } from '@unbraid/graph/web';
import { type TaskContext, taskContext } from '../task-context.ts';
import type { Answer, Request, Tasks } from './messages.ts';
import { packed } from './packed.ts';

/** How each task is done. Tasks take turns where they await. */
export type TaskFunctions<T extends Tasks> = {
  readonly [K in keyof T]: (input: T[K]['input'], context: TaskContext<T[K]['progress']>) => Promise<T[K]['result']>;
};

/** The part of a Worker's global scope that is used. */
interface Scope {
  readonly location: { readonly href: string };
  onmessage: ((event: { readonly data: Request }) => void) | null;
  postMessage(message: Answer, transfer: Transferable[]): void;
}

/** ONNX Runtime's file where a page keeps it beside its own. */
const WASM_FILE = 'ort-wasm-simd-threaded.wasm';

/** Makes this Worker answer a demo's page. To be called once, when the Worker begins. */
export function serveTasks<T extends Tasks>(tasks: TaskFunctions<T>): void {
  const scope = globalThis as unknown as Scope;
  const running = new Map<number, AbortController>();
  const post = (answer: Answer) => {
    const { value, buffers } = packed(answer);
    scope.postMessage(value, buffers);
  };
  const start = async ({ id, task, input, wasmUrl }: Extract<Request, { readonly type: 'start' }>) => {
    const controller = new AbortController();
    running.set(id, controller);
    try {
      setWasmUrl(wasmUrl ?? new URL(WASM_FILE, scope.location.href));
      const context = taskContext(controller.signal, (value) => post({ type: 'progress', id, value }));
      post({ type: 'result', id, value: await tasks[task]!(input, context) });
    } catch (error) {
      post({ type: 'error', id, message: error instanceof Error ? error.message : String(error) });
    } finally {
      running.delete(id);
    }
  };
  scope.onmessage = ({ data }) => {
    if (data.type === 'start') return void start(data);
    running.get(data.id)?.abort();
    post({ type: 'heard', id: data.id });
  };
}
