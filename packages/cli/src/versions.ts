import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** A package as seen by the one that depends on it, and so on: it need not be installed at the top. */
const PATH_TO_ENGINE = ['@unbraid/galu', '@unbraid/graph', 'onnxruntime-node/package.json'];

/** The version of ONNX Runtime, whose numbers a run's are. */
export function engineVersions(): Record<string, string> {
  try {
    let from = import.meta.url;
    for (const name of PATH_TO_ENGINE) from = createRequire(from).resolve(name);
    return { onnxruntime: JSON.parse(readFileSync(from, 'utf8')).version };
  } catch {
    return { onnxruntime: 'unknown' };
  }
}

export function ownVersion(): string {
  return JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version;
}
