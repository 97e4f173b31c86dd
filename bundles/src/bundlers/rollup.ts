import { nodeResolve } from '@rollup/plugin-node-resolve';
import { rollup as rollupOf } from 'rollup';
import type { Bundler } from './bundler.ts';

export const rollup: Bundler = {
  name: 'rollup',
  wasm: 'served',
  bundlesWorkers: false,
  modules: true,
  async bundle(entries, into) {
    const warnings: string[] = [];
    const bundle = await rollupOf({
      input: { ...entries },
      plugins: [nodeResolve({ browser: true })],
      onwarn: ({ message }) => void warnings.push(message),
    });
    await bundle.write({ dir: into, format: 'es' });
    await bundle.close();
    return warnings;
  },
};
