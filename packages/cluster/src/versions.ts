import type { Versions } from './cluster.ts';

/**
 * What workers must have to give the numbers of these versions, as a sentence has it: `node 20, onnxruntime 1.30.0, unbraid 0.1.0`. Of Node only the first number: its
 * arithmetic is that of its engine, which is the same within one.
 */
export function requirement(versions: Versions): string {
  return Object.entries(versions)
    .map(([name, version]) => `${name} ${name === 'node' ? version.split('.')[0] : version}`)
    .sort()
    .join(', ');
}
