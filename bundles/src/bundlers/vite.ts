import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { folder } from '../workshop.ts';
import type { Bundler } from './bundler.ts';

const script = fileURLToPath(new URL('vite-process.js', import.meta.url));

export const vite: Bundler = {
  name: 'vite',
  wasm: 'bundled',
  bundlesWorkers: true,
  modules: true,
  // Each entry in a process of its own: within one, a page's build and its Worker's wait for each other for ever on two cores (Vite 8.3.8).
  bundle: async (entries, into) =>
    Object.entries(entries).flatMap(([name, file]) => {
      const { status, stdout, stderr } = spawnSync(process.execPath, [script, folder, into, name, file], {
        encoding: 'utf8',
        timeout: 60_000,
        env: {
          ...process.env,
          NODE_ENV: 'production',
          ROLLDOWN_WORKER_THREADS: '8',
          ROLLDOWN_MAX_BLOCKING_THREADS: '16',
        },
      });
      if (status === 0) return JSON.parse(stdout) as string[];
      throw new Error(`Vite ended with ${status}: ${stderr}`);
    }),
};
