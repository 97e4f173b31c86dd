import { written } from '../written.ts';
import { LATENT, objectiveOf, SIZE, training } from './objectives.ts';

export function dynamicVaeCode({ target, seed }: { readonly target: number; readonly seed: number }): string {
  const { steps, batchSize, learningRate } = training;
  return `import { createVae, fitVae, spriteImages } from '@unbraid/dynamic-vae';

const vae = createVae({ image: { channels: 1, size: ${SIZE} }, latent: ${LATENT}, architecture: 'dense' });
const options = { steps: ${steps}, batchSize: ${batchSize}, learningRate: ${learningRate}, seed: ${seed} };
const { trace } = await fitVae({
  ...{ vae, images: spriteImages(${SIZE}), ...options },
  objective: ${written(objectiveOf('dynamic', target))},
});

for (const values of [trace.beta, trace.kl, trace.reconstruction])
  console.log(values.slice(-50).reduce((sum, value) => sum + value) / 50);
`;
}
