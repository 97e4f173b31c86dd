import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder bench/, also when this runs from bench/dist. */
export const BENCH = fileURLToPath(new URL('..', import.meta.url));

/** Where results are written. */
export const RESULTS = join(BENCH, 'results');

/** A script of one of our own sides. */
export function ourScript(name: string): string {
  return join(BENCH, 'dist', 'sides', `${name}.js`);
}

/** A script of a peer. */
export function peerScript(file: string): string {
  return join(BENCH, 'peers', file);
}

/** The Python that has the peers: $UNBRAID_PYTHON, else that of the environment that `npm run bench:setup` makes. */
export function python(environment: NodeJS.ProcessEnv = process.env): string {
  const made = process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python'];
  return environment.UNBRAID_PYTHON ?? join(BENCH, '..', '.venv', ...made);
}

/** The folder with neural-tangents and its JAX: $UNBRAID_NEURAL_TANGENTS, else the one that `npm run bench:setup` makes. */
export function neuralTangents(environment: NodeJS.ProcessEnv = process.env): string {
  return environment.UNBRAID_NEURAL_TANGENTS ?? join(BENCH, '..', '.venv', 'neural-tangents');
}
