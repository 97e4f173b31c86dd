import { build, createLogger } from 'vite';
import { folder } from '../workshop.ts';
import type { Bundler } from './bundler.ts';

export const vite: Bundler = {
  name: 'vite',
  wasm: 'bundled',
  bundlesWorkers: true,
  modules: true,
  async bundle(entries, into) {
    const warnings: string[] = [];
    const customLogger = createLogger('warn');
    customLogger.warn = (message) => void warnings.push(message);
    await build({
      configFile: false,
      root: folder,
      base: './',
      customLogger,
      worker: { format: 'es' },
      build: {
        outDir: into,
        chunkSizeWarningLimit: 1e6,
        reportCompressedSize: false,
        rollupOptions: { input: { ...entries }, output: { entryFileNames: '[name].js' } },
      },
    });
    return warnings;
  },
};
