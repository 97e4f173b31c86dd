/** What the page asks the Worker for. */
export type Task = { readonly learningRate: number; readonly epochs: number } | 'stop';

/** What the Worker tells the page. */
export type News =
  | { readonly backend: string; readonly isolated: boolean }
  | { readonly epoch: number; readonly training: number; readonly validation: number; readonly accuracy: number }
  | { readonly ended: 'trained' | 'stopped'; readonly stepsPerSecond: number; readonly file: Uint8Array<ArrayBuffer> }
  | { readonly failed: string };
