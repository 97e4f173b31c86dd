import type { Task } from './task.ts';

/** In a page: the text that a Worker answers to a task with. It is sent to the page by itself, and so refers to nothing outside. */
export const runInWorker = (task: Task): Promise<string> =>
  new Promise((resolve, reject) => {
    const worker = new Worker('/worker.js', { type: 'module' });
    worker.onmessage = ({ data }) => resolve(data as string);
    worker.onerror = ({ message }) => reject(new Error(message || 'the Worker could not be loaded'));
    worker.postMessage(task);
  });
