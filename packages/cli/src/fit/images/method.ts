import type { Method } from '../method.ts';
import { imagesGrammar } from './flags.ts';

/** `fit dynamic-vae`. */
export const dynamicVae: Method = {
  name: 'dynamic-vae',
  description: 'what varies in the images of a folder: latents, reconstructions, samples (DynamicVAE)',
  grammar: imagesGrammar,
  load: async () => (await import('./experiment.ts')).module,
};
