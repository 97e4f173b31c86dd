import { type Box, box, createRandom, type Discrete, discrete, type Env } from '@unbraid/sim-env';

/** An episode of one step, which has a reward of 1 and is terminated or truncated; what follows a truncation is worth the same for ever. */
export function endless(truncates: boolean): Env<Box<'float32'>, Discrete> {
  return {
    observationSpace: box({ low: -1, high: 1 }),
    actionSpace: discrete(2),
    spec: { id: 'endless' },
    reset: () => [Float32Array.of(0), {}],
    step: () => [Float32Array.of(0), 1, !truncates, truncates, {}],
    render: () => undefined,
    close() {},
  };
}

/** A number is shown, and one of the same is wanted, ten times an episode: the farther off, the less reward. Actions are from −1 to `high`. */
export function guessing(high = 3): Env<Box<'float32'>, Box<'float32'>> {
  let random = createRandom(0);
  let [wanted, steps] = [0, 0];
  const show = () => {
    wanted = random.next() - 0.5;
    return Float32Array.of(wanted);
  };
  return {
    observationSpace: box({ low: -1, high: 1 }),
    actionSpace: box({ low: -1, high }),
    spec: { id: 'guessing' },
    reset({ seed } = {}) {
      if (seed !== undefined) random = createRandom(seed);
      steps = 0;
      return [show(), {}];
    },
    step(action) {
      const reward = -Math.abs(action[0]! - wanted);
      return [show(), reward, false, ++steps === 10, {}];
    },
    render: () => undefined,
    close() {},
  };
}
