import { serveTasks } from '../frame/serve-tasks.ts';
import { inTurns } from '../in-turns.ts';
import { examplePoints } from './examples.ts';
import { fitGalu, fitRelu, sweepSizes, sweepWide } from './model.ts';
import type { GaluTasks } from './tasks.ts';

const turn = inTurns();

serveTasks<GaluTasks>({
  example: async (input) => examplePoints(input),
  galu: turn(fitGalu),
  relu: turn(fitRelu),
  sweep: turn(sweepSizes),
  wide: turn(sweepWide),
});
