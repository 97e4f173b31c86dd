import { serveTasks } from '../frame/serve-tasks.ts';
import type { GaluTasks } from './element.tsx';

serveTasks<GaluTasks>({
  train: async (input, { progress }) => {
    await progress(() => 0.5);
    return { error: input.k / 3 };
  },
});
