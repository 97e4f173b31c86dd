import type { Choice, Computed } from './compute.ts';

/** What a page's Worker computes. */
export interface Task {
  readonly provider: 'wasm' | 'webgpu';
  readonly threads: number;
  readonly choice: Choice;
  /** The address of the WebAssembly: of `onnxruntime-web` a folder's. */
  readonly wasm: string;
}

export type Answer =
  | {
      readonly computed: Readonly<Record<string, Computed>>;
      readonly backend: string;
      readonly isolated: boolean;
    }
  | { readonly failed: string };
