import { serveTasks } from '../frame/serve-tasks.ts';
import { learn, type SimEnvTasks } from './model.ts';

serveTasks<SimEnvTasks>({ learn });
