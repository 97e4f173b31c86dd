import { definePerspective, discrete, generateEnv, makeStep } from '../src/index.ts';

/** Counts visits to the places of a ring; the least model that suspends. */
export class Walker {
  place = 0;
  steps = 0;
  stopped = 0;
  unwound = 0;
  length = Number.POSITIVE_INFINITY;

  reset(seed: number, options?: unknown): void {
    this.place = seed % 8;
    this.steps = 0;
    this.length = (options as { length?: number } | undefined)?.length ?? Number.POSITIVE_INFINITY;
  }

  *run(): Generator<unknown, void, unknown> {
    try {
      while (this.steps < this.length) {
        this.place = (this.place + (yield* this.decide(this.place)) + 8) % 8;
        this.steps++;
      }
    } finally {
      this.unwound++;
    }
  }

  // biome-ignore lint/correctness/useYield: it decides on the spot; who decides in its place may suspend
  *decide(place: number): Generator<unknown, number, unknown> {
    return place < 4 ? 1 : -1;
  }

  stop(): void {
    this.stopped++;
  }
}

export const steps = definePerspective({
  name: 'steps',
  observationSpace: discrete(8),
  actionSpace: discrete(3, { start: -1 }),
  observation: (_: Walker, place: number) => place,
  action: (action: number) => action,
  reward: (walker: Walker) => walker.steps,
});

makeStep(Walker.prototype, 'decide', steps);

export const walker = generateEnv({ name: 'walker', simulation: () => new Walker(), decision: steps });
