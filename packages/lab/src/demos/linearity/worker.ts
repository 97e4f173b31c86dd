import { serveTasks } from '../frame/serve-tasks.ts';
import { inTurns } from '../in-turns.ts';
import { followPath, measureWidths } from './model.ts';
import type { LinearityTasks } from './tasks.ts';

const turn = inTurns();

serveTasks<LinearityTasks>({ path: turn(followPath), widths: turn(measureWidths) });
