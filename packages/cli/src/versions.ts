import { readFileSync } from 'node:fs';
import type { Registry } from './registry.ts';

/** The version of ONNX Runtime, whose numbers a run's are. The engine is loaded for it: commands that compute nothing go without. */
async function engineVersions(): Promise<Record<string, string>> {
  const { engineVersion } = await import('@unbraid/graph/node');
  try {
    return { onnxruntime: engineVersion() };
  } catch {
    return { onnxruntime: 'unknown' };
  }
}

/** Of what computes beside Node and Unbraid's packages. */
export const computingVersions = async ({ versions }: Pick<Registry, 'versions'>): Promise<Record<string, string>> => ({
  ...(await engineVersions()),
  ...versions,
});

export function ownVersion(): string {
  return JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version;
}
