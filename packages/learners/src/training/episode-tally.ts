/** Returns of episodes in training. */
export interface EpisodeTally {
  /** Episodes that have ended. */
  readonly ended: number;
  /** Mean return of the last 100 that ended; undefined before the first. */
  meanReturn(): number | undefined;
  meanLength(): number | undefined;
  add(environment: number, reward: number, over: boolean): void;
  state(): Readonly<Record<string, Float64Array>>;
  restore(state: Readonly<Record<string, ArrayLike<number> | undefined>>): void;
}

/** Episodes that a mean is over. */
const WINDOW = 100;

export function episodeTally(environments: number): EpisodeTally {
  const [totals, steps] = [new Float64Array(environments), new Float64Array(environments)];
  let ended = 0;
  let latest: { readonly total: number; readonly length: number }[] = [];
  const mean = (of: (episode: (typeof latest)[number]) => number) =>
    latest.length === 0 ? undefined : latest.reduce((sum, episode) => sum + of(episode), 0) / latest.length;
  return {
    get ended() {
      return ended;
    },
    meanReturn: () => mean(({ total }) => total),
    meanLength: () => mean(({ length }) => length),
    add(environment, reward, over) {
      totals[environment]! += reward;
      steps[environment]!++;
      if (!over) return;
      latest.push({ total: totals[environment]!, length: steps[environment]! });
      if (latest.length > WINDOW) latest.shift();
      ended++;
      totals[environment] = 0;
      steps[environment] = 0;
    },
    state: () => ({
      'tally.ended': Float64Array.of(ended),
      'tally.totals': totals.slice(),
      'tally.steps': steps.slice(),
      'tally.latest': Float64Array.from(latest.flatMap(({ total, length }) => [total, length])),
    }),
    restore(state) {
      const of = (name: string): ArrayLike<number> => state[`tally.${name}`] ?? [];
      ended = of('ended')[0] ?? 0;
      totals.set(of('totals'));
      steps.set(of('steps'));
      const flat = of('latest');
      latest = Array.from({ length: flat.length / 2 }, (_, i) => ({ total: flat[2 * i]!, length: flat[2 * i + 1]! }));
    },
  };
}
