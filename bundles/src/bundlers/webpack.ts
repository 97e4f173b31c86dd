import { type Configuration, webpack as webpackOf } from 'webpack';
import { folder } from '../workshop.ts';
import type { Bundler } from './bundler.ts';

export const webpack: Bundler = {
  name: 'webpack',
  wasm: 'bundled',
  bundlesWorkers: true,
  modules: false,
  bundle: (entry, path) =>
    new Promise((resolve, reject) => {
      const configuration: Configuration = {
        mode: 'production',
        context: folder,
        entry,
        output: { path },
        performance: { hints: false },
        // Its minifier takes longer than everything else together.
        optimization: { minimize: false },
      };
      webpackOf(configuration, (failure, stats) => {
        const said = stats?.toJson({ all: false, errors: true, warnings: true });
        if (failure || !said) reject(failure);
        else if (said.errors?.length) reject(new Error(said.errors.map(({ message }) => message).join('\n')));
        else resolve((said.warnings ?? []).map(({ message }) => message));
      });
    }),
};
