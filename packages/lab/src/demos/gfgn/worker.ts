import { serveTasks } from '../frame/serve-tasks.ts';
import { createBench, type GfgnTasks } from './model.ts';

serveTasks<GfgnTasks>(createBench());
