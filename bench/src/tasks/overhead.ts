import type { Binding } from '../own-binding.ts';

/** What our side measures where kernels take next to nothing. */
export interface OverheadTask {
  /** A step (loss, gradient, Adam), a call of a graph with one input and one output, or what an output more adds to a call. */
  readonly work: 'step' | 'call' | 'output';
  readonly threads: number;
  readonly binding?: Binding;
}
