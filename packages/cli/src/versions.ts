import { readFileSync } from 'node:fs';
import { engineVersion } from '@unbraid/graph/node';
import type { Registry } from './registry.ts';

/** The version of ONNX Runtime, whose numbers a run's are. */
export function engineVersions(): Record<string, string> {
  try {
    return { onnxruntime: engineVersion() };
  } catch {
    return { onnxruntime: 'unknown' };
  }
}

/** Of what computes beside Node and Unbraid's packages. */
export const computingVersions = ({ versions }: Pick<Registry, 'versions'>): Record<string, string> => ({
  ...engineVersions(),
  ...versions,
});

export function ownVersion(): string {
  return JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version;
}
