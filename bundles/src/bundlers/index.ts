import type { Bundler } from './bundler.ts';
import { esbuild } from './esbuild.ts';
import { rollup } from './rollup.ts';
import { vite } from './vite.ts';
import { webpack } from './webpack.ts';

export const bundlers: readonly Bundler[] = [vite, esbuild, webpack, rollup];
