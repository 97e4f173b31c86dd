import type { Benchmark } from '../../benchmark.ts';
import { engineRows } from './engine.ts';

/** The lab: what its page computes with, in Chromium. */
export const lab: Benchmark = {
  name: 'lab',
  about:
    'the engine in a Worker of Chromium: a training step of an MLP and the prediction of a row, against ONNX Runtime alone and tfjs',
  run: engineRows,
  together: (parts) => parts.flat(),
};
