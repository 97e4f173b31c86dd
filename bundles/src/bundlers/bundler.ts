import type { WasmAddress } from '../workshop.ts';

export interface Bundler {
  readonly name: 'vite' | 'esbuild' | 'webpack' | 'rollup';
  /** How the WebAssembly file is found. */
  readonly wasm: WasmAddress;
  /** Whether a page's `new Worker(new URL(…, import.meta.url))` makes a bundle for the Worker; else the Worker is an entry of its own. */
  readonly bundlesWorkers: boolean;
  /** Whether the entries are modules, else scripts. */
  readonly modules: boolean;
  /** Bundles every entry to `NAME.js` in a folder. @returns what it warned of */
  bundle(entries: Readonly<Record<string, string>>, into: string): Promise<string[]>;
}
