import { type Box, box, createRandom, type Discrete, discrete, type Env } from '@unbraid/sim-env';

/**
 * A corridor of places from −`length` to `length`: a step to the left or right; 1 at its right end, −1 at its left, where the episode ends, and −0.01 for each step. After
 * 30 steps it is truncated. Its infos tell which steps there are as `action_mask`: at 0 none to the left.
 */
export function corridor(length = 4): Env<Box<'float32'>, Discrete> {
  let [place, steps] = [0, 0];
  let random = createRandom(0);
  const infoOf = () => ({ action_mask: Int8Array.of(place === 0 ? 0 : 1, 1) });
  return {
    observationSpace: box({ low: -1, high: 1 }),
    actionSpace: discrete(2),
    spec: { id: 'corridor' },
    reset({ seed } = {}) {
      if (seed !== undefined) random = createRandom(seed);
      [place, steps] = [random.int(2 * length - 1) - length + 1, 0];
      return [Float32Array.of(place / length), infoOf()];
    },
    step(action) {
      place += action === 1 ? 1 : -1;
      steps++;
      const terminated = Math.abs(place) === length;
      const reward = (terminated ? Math.sign(place) : 0) - 0.01;
      return [Float32Array.of(place / length), reward, terminated, !terminated && steps === 30, infoOf()];
    },
    render: () => undefined,
    close() {},
  };
}
