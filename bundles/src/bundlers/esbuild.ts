import { build } from 'esbuild';
import type { Bundler } from './bundler.ts';

export const esbuild: Bundler = {
  name: 'esbuild',
  wasm: 'imported',
  bundlesWorkers: false,
  modules: true,
  async bundle(entries, into) {
    const { warnings } = await build({
      entryPoints: { ...entries },
      outdir: into,
      bundle: true,
      splitting: true,
      format: 'esm',
      minify: true,
      loader: { '.wasm': 'file' },
      logLevel: 'silent',
    });
    return warnings.map(({ text, location }) => `${text} (${location?.file})`);
  },
};
