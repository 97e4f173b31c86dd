import { join } from 'node:path';
import { build } from 'esbuild';
import type { Browser } from 'playwright-core';
import { root } from '../../../docs/src/documents.ts';
import type { Answer, Task } from './task.ts';

/** Bundles the Worker that computes the cases, from the packages' sources, into a folder. */
export async function buildWorker(into: string): Promise<void> {
  await build({
    entryPoints: [join(root, 'bundles', 'src', 'operators', 'worker.ts')],
    outdir: into,
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    conditions: ['source'],
    logLevel: 'silent',
  });
}

/** In a page: what a Worker answers to a task. */
const inWorker = `(task) => new Promise((resolve, reject) => {
  const worker = new Worker('/worker.js', { type: 'module' });
  worker.onmessage = ({ data }) => resolve(data);
  worker.onerror = ({ message }) => reject(new Error(message || 'the Worker could not be loaded'));
  worker.postMessage(task);
})`;

/** What a page's Worker answers to a task. @throws Error where it fails */
export async function compute(browser: Browser, url: string, task: Task): Promise<Exclude<Answer, { failed: string }>> {
  const page = await browser.newPage();
  try {
    await page.goto(url);
    const answer = JSON.parse(await page.evaluate<string>(`(${inWorker})(${JSON.stringify(task)})`)) as Answer;
    if ('failed' in answer) throw new Error(answer.failed);
    return answer;
  } finally {
    await page.close();
  }
}

/** Whether pages get a WebGPU adapter. */
export async function hasWebGpu(browser: Browser, url: string): Promise<boolean> {
  const page = await browser.newPage();
  try {
    await page.goto(url);
    return await page.evaluate('navigator.gpu?.requestAdapter().then((adapter) => adapter !== null) ?? false');
  } finally {
    await page.close();
  }
}
