import { StateError } from '@unbraid/checks';
import { serveTasks } from '../frame/serve-tasks.ts';
import { inTurns } from '../in-turns.ts';
import { readPicture, type Trained, trainBoth } from './model.ts';
import type { LapermTasks } from './tasks.ts';

const turn = inTurns();
let latest: Trained | undefined;

serveTasks<LapermTasks>({
  train: turn(async (plan, context) => {
    const { trained, result } = await trainBoth(plan, context);
    latest = trained;
    return result;
  }),
  read: turn(async (picture) => {
    if (!latest) throw new StateError('lab: no network has been trained yet; train one first');
    return readPicture(latest, picture);
  }),
});
