import { definePerspective, discrete, generateEnv, makeStep } from '@unbraid/sim-env';

/** The least model there is, as a user writes one. */
class Walk {
  reset() {
    this.place = 0;
  }
  *run() {
    for (;;) this.place += yield* this.decide();
  }
  // biome-ignore lint/correctness/useYield: it decides on the spot; who decides in its place may suspend
  *decide() {
    return 1;
  }
}

const steps = definePerspective({
  name: 'steps',
  observationSpace: discrete(1000),
  actionSpace: discrete(3),
  observation: (walk) => walk.place,
  action: (action) => action,
  reward: () => 1,
});
makeStep(Walk.prototype, 'decide', steps);

export const walk = generateEnv({ name: 'walk', simulation: () => new Walk(), decision: steps });
