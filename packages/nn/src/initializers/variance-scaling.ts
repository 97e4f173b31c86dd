import type { Fans, Initializer } from './initializer.ts';

const normalOf = (name: string, variance: (fans: Fans) => number): Initializer => ({
  description: { name },
  fill: (out, random, fans) => void random.normal(out, 0, Math.sqrt(variance(fans))),
});

/** Uniform on [−a, a) has variance a²/3. */
const uniformOf = (name: string, variance: (fans: Fans) => number): Initializer => ({
  description: { name },
  fill(out, random, fans) {
    const a = Math.sqrt(3 * variance(fans));
    random.uniform(out, -a, a);
  },
});

const he = ({ fanIn }: Fans): number => 2 / fanIn;
const glorot = ({ fanIn, fanOut }: Fans): number => 2 / (fanIn + fanOut);

/** N(0, 2/fanIn): keeps the size of activations through layers of ReLU (He et al. 2015, equation 10). */
export const heNormal: Initializer = normalOf('heNormal', he);

/** `heNormal`'s variance, from a uniform distribution. */
export const heUniform: Initializer = uniformOf('heUniform', he);

/** N(0, 2/(fanIn + fanOut)): for layers that are about linear near 0 (Glorot and Bengio 2010, equation 12). */
export const glorotNormal: Initializer = normalOf('glorotNormal', glorot);

/** `glorotNormal`'s variance, from a uniform distribution (equation 16). */
export const glorotUniform: Initializer = uniformOf('glorotUniform', glorot);
