import { readFileSync } from 'node:fs';
import { engineVersion } from '@unbraid/graph/node';

/** The version of ONNX Runtime, whose numbers a run's are. */
export function engineVersions(): Record<string, string> {
  try {
    return { onnxruntime: engineVersion() };
  } catch {
    return { onnxruntime: 'unknown' };
  }
}

export function ownVersion(): string {
  return JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version;
}
