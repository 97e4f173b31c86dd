import { createRandom, freshSeed, type Random } from '../random.ts';

/** The random numbers of one space: seeded on demand, by chance at first use otherwise. */
export interface Sampler {
  random(): Random;
  seed(seed: number): void;
}

export function createSampler(): Sampler {
  let random: Random | undefined;
  return {
    random() {
      random ??= createRandom(freshSeed());
      return random;
    },
    seed(seed) {
      random = createRandom(seed);
    },
  };
}

/** Seeds the parts of a composite space so that no two draw the same numbers. */
export function seedParts(parts: readonly { seed(seed: number): void }[], seed: number): void {
  const random = createRandom(seed);
  for (const part of parts) part.seed(random.int(2 ** 32));
}
