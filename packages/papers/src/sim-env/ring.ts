import { definePerspective, discrete, generateEnv, makeStep } from '@unbraid/sim-env';

const PLACES = 8;

/** The least models there are, so that a step costs what the environment adds: a walk around a ring, written in both ways. */
class PlainRing {
  place = 0;
  reset(seed: number): void {
    this.place = seed % PLACES;
  }
  run(): void {
    for (;;) this.place = (this.place + this.decide(this.place)) % PLACES;
  }
  decide(_place: number): number {
    return 1;
  }
}

class CoroutineRing {
  place = 0;
  reset(seed: number): void {
    this.place = seed % PLACES;
  }
  *run(): Generator<unknown, void, unknown> {
    for (;;) this.place = (this.place + (yield* this.decide(this.place))) % PLACES;
  }
  // biome-ignore lint/correctness/useYield: it decides on the spot; who decides in its place may suspend
  *decide(_place: number): Generator<unknown, number, unknown> {
    return 1;
  }
}

const view = (name: string) =>
  definePerspective({
    name,
    observationSpace: discrete(PLACES),
    actionSpace: discrete(2),
    observation: (_ring: { readonly place: number }, place: number) => place,
    action: (action: number) => action,
    reward: ({ place }) => (place === 0 ? 1 : 0),
  });

const plain = view('plain ring');
const suspended = view('coroutine ring');
makeStep(PlainRing.prototype, 'decide', plain);
makeStep(CoroutineRing.prototype, 'decide', suspended);

/** A walk around a ring as an environment, its model plain and synchronous. */
export const plainRing = generateEnv({
  name: 'plainRing',
  module: import.meta.url,
  simulation: () => new PlainRing(),
  decision: plain,
});

/** The same, its model a coroutine. */
export const coroutineRing = generateEnv({
  name: 'coroutineRing',
  module: import.meta.url,
  simulation: () => new CoroutineRing(),
  decision: suspended,
});
