import { serveTasks } from '../frame/serve-tasks.ts';
import { createStudio, type DynamicVaeTasks } from './model.ts';

serveTasks<DynamicVaeTasks>(createStudio());
