/** Work of a Worker in Chromium on the MLP of a task. */
export type WebWork =
  /** A training step: loss, gradient, Adam. */
  | 'step'
  /** Loss and gradient alone. */
  | 'gradient'
  /** The prediction of a row. */
  | 'row';

/** Where a Worker's server has the problem. */
export const DATA_PATH = '/task.safetensors';

/** What a Worker is told to prepare. */
export interface WebTask {
  readonly work: WebWork;
  /** Steps to take first, with their losses reported. */
  readonly checkedSteps: number;
  readonly threads: number;
  /** Of ONNX Runtime alone: whether Adam is part of the graph, or JavaScript. */
  readonly adam?: 'graph' | 'javascript';
  /** Of tfjs, see `tfjs_mlp.js`. */
  readonly explicitTransposes?: boolean;
}

/** What the side that drives Chromium is told. */
export interface ChromiumTask {
  /** The Worker's module. */
  readonly entry: string;
  readonly task: WebTask;
  /** Files that the server has, by path; a path that ends with / is a folder's. */
  readonly files: Readonly<Record<string, string>>;
  /** Whether pages are cross-origin isolated, for threads. */
  readonly isolated?: boolean;
  /** Whether each run also loads a fresh page, for the time to its first step and the bytes that it loads. */
  readonly freshPages?: boolean;
}
