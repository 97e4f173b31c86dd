import type { TaskContext } from './task-context.ts';
import { createTurns } from './turns.ts';

type Task<I, P, R> = (input: I, context: TaskContext<P>) => Promise<R>;

/**
 * Makes tasks of one Worker take turns at the engine: one has it until it shows its progress, ends or fails. ONNX Runtime in WebAssembly doesn't bear a
 * session that is made while another one runs.
 */
export function inTurns(): <I, P, R>(task: Task<I, P, R>) => Task<I, P, R> {
  const turns = createTurns();
  return (task) => async (input, context) => {
    let end = await turns.take();
    const progress: typeof context.progress = async (make) => {
      end();
      try {
        await context.progress(make);
      } finally {
        end = await turns.take();
      }
    };
    try {
      context.signal.throwIfAborted();
      return await task(input, { ...context, progress });
    } finally {
      end();
    }
  };
}
