import { serveTasks } from '../frame/serve-tasks.ts';
import { followPath, measureWidths } from './model.ts';
import type { LinearityTasks } from './tasks.ts';

serveTasks<LinearityTasks>({ path: followPath, widths: measureWidths });
