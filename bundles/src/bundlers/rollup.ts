import plugin from '@rollup/plugin-commonjs';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import { type Plugin, rollup as rollupOf } from 'rollup';
import type { Bundler } from './bundler.ts';

/** Its types are those of its CommonJS build, which has the function one level deeper. */
const commonjs = plugin as unknown as () => Plugin;

/** What Rollup says of code that is as it should be: operators know each other, and two dependencies have comments and helpers that it strikes out. */
const harmless: ReadonlySet<string | undefined> = new Set([
  'CIRCULAR_DEPENDENCY',
  'INVALID_ANNOTATION',
  'THIS_IS_UNDEFINED',
]);

export const rollup: Bundler = {
  name: 'rollup',
  wasm: 'served',
  bundlesWorkers: false,
  modules: true,
  async bundle(entries, into) {
    const warnings: string[] = [];
    const bundle = await rollupOf({
      input: { ...entries },
      plugins: [nodeResolve({ browser: true }), commonjs()],
      onwarn: ({ code, message }) => {
        if (!harmless.has(code)) warnings.push(message);
      },
    });
    await bundle.write({ dir: into, format: 'es' });
    await bundle.close();
    return warnings;
  },
};
