import assert from 'node:assert/strict';
import {
  decodeRecording,
  decodeSnapshot,
  EnvError,
  encodeRecording,
  encodeSnapshot,
  ModelError,
  type Recording,
  recorder,
  replay,
  withSnapshots,
} from '@unbraid/sim-env';
import { InventoryShop, MountainCar } from '@unbraid/sim-env/models';
import type { ByteTarget } from '../target.ts';

/** A recorded episode, which whatever is accepted of it can be encoded and played again. */
export const envRecording: ByteTarget = {
  name: 'env-recording',
  errors: [EnvError, ModelError],
  seeds: () => recordings().map(encodeRecording),
  run(bytes) {
    const recording = decodeRecording(bytes);
    assert.deepEqual(decodeRecording(encodeRecording(recording)), recording);
    const make = () => InventoryShop({ arguments: { days: 20 } });
    const { steps, difference } = replay(recording, make);
    assert.ok(steps <= recording.actions.length);
    assert.equal(difference === undefined, steps === recording.actions.length);
  },
};

function recordings(): Recording[] {
  const made: Recording[] = [];
  const env = recorder(InventoryShop({ arguments: { days: 5 } }), { onEpisode: (one) => made.push(one) });
  for (const options of [undefined, { a: [1.5, 'text', null, true] }]) {
    env.reset({ seed: 1, options });
    for (const action of [1, 6, 0]) env.step(action);
  }
  env.close();
  return made;
}

/** Where an environment stood: restored, or refused. */
export const envSnapshot: ByteTarget = {
  name: 'env-snapshot',
  errors: [EnvError, ModelError],
  seeds() {
    const car = withSnapshots(MountainCar({ maxEpisodeSteps: 50 }));
    const first = car.reset({ seed: 1 });
    assert.equal(first.length, 2);
    car.step(2);
    return [encodeSnapshot(car.snapshot())];
  },
  run(bytes) {
    const snapshot = decodeSnapshot(bytes);
    const car = withSnapshots(MountainCar({ maxEpisodeSteps: 50 }));
    const [observation] = car.restore(snapshot);
    if (snapshot.how !== 'ended') assert.deepEqual(observation, snapshot.observation);
    car.close();
  },
};
