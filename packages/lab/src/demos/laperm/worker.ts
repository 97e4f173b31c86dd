import { serveTasks } from '../frame/serve-tasks.ts';
import { readPicture, type Trained, trainBoth } from './model.ts';
import type { LapermTasks } from './tasks.ts';

let latest: Trained | undefined;

serveTasks<LapermTasks>({
  async train(plan, context) {
    const { trained, result } = await trainBoth(plan, context);
    latest = trained;
    return result;
  },
  async read(picture) {
    if (!latest) throw new Error('lab: no network has been trained yet');
    return readPicture(latest, picture);
  },
});
