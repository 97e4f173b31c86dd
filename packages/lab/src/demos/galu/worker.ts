import { serveTasks } from '../frame/serve-tasks.ts';
import { examplePoints } from './examples.ts';
import { fitGalu, fitRelu, sweepSizes, sweepWide } from './model.ts';
import type { GaluTasks } from './tasks.ts';

serveTasks<GaluTasks>({
  example: async (input) => examplePoints(input),
  galu: fitGalu,
  relu: fitRelu,
  sweep: sweepSizes,
  wide: sweepWide,
});
