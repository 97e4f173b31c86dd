import { checkSeed, createRandom, freshSeed, type Random } from '../random.ts';

/** Where a stream of seeds stands: after so many numbers that follow from its root. */
export interface SeedPlace {
  readonly root: number;
  readonly draws: number;
}

/** Seeds of simulations, one after another, with a place that can be kept and gone back to. */
export interface Seeds {
  /** The seed that a reset gives, then numbers that follow from it. @throws EnvError for a number that is no seed */
  next(given: number | undefined): number;
  readonly place: SeedPlace;
  goTo(place: SeedPlace): void;
}

/** Begins by chance. */
export function createSeeds(): Seeds {
  let root: number | undefined;
  let draws = 0;
  let random: Random | undefined;

  function begin(at: number): Random {
    random = createRandom(at);
    [root, draws] = [at, 0];
    return random;
  }
  const draw = (from: Random) => {
    draws++;
    return from.int(2 ** 32);
  };

  return {
    next(given) {
      if (given === undefined) return draw(random ?? begin(freshSeed()));
      checkSeed(given);
      begin(given);
      return given;
    },
    get place() {
      return { root: root ?? 0, draws };
    },
    goTo(place) {
      const from = begin(place.root);
      while (draws < place.draws) draw(from);
    },
  };
}
