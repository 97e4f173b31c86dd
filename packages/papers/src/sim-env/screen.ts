import { type Box, box, definePerspective, discrete, generateEnv, makeStep } from '@unbraid/sim-env';

/** A model that does next to nothing and is seen by much: a light that moves along a screen of 100,000 bytes. */
class Screen {
  readonly bytes = new Uint8Array(100_000);
  readonly numbers = new Float32Array(25_000);
  place = 0;
  reset(seed: number): void {
    this.bytes.fill(0);
    this.numbers.fill(0);
    this.light(seed);
  }
  run(): void {
    for (;;) this.light(this.place + 1 + this.decide());
  }
  decide(): number {
    return 1;
  }
  light(place: number): void {
    this.bytes[this.place] = 0;
    this.numbers[this.place] = 0;
    this.place = place % this.numbers.length;
    this.bytes[this.place] = 255;
    this.numbers[this.place] = 1;
  }
}

const view = <D extends 'uint8' | 'float32'>(name: string, space: Box<D>, see: (screen: Screen) => Box<D>['low']) => {
  const perspective = definePerspective({
    name,
    observationSpace: space,
    actionSpace: discrete(2),
    observation: (screen: Screen) => see(screen) as never,
    action: (action: number) => action,
    reward: ({ place }) => (place === 0 ? 1 : 0),
  });
  makeStep(Screen.prototype, 'decide', perspective);
  return generateEnv({ name, module: import.meta.url, simulation: () => new Screen(), decision: perspective });
};

/** Observations of 100,000 bytes, from 0 to 255, from a plain model. */
export const byteScreen = view(
  'byteScreen',
  box({ low: 0, high: 255, shape: [200, 500], dtype: 'uint8' }),
  ({ bytes }) => bytes,
);

/** Observations of 25,000 numbers from 0 to 1, of as many bytes. */
export const floatScreen = view('floatScreen', box({ low: 0, high: 1, shape: [100, 250] }), ({ numbers }) => numbers);
