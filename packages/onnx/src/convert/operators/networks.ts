import type { Converters } from '../converter.ts';
import { activations } from './activations.ts';
import { attentions } from './attention.ts';
import { convolutions } from './convolutions.ts';
import { dropouts } from './dropout.ts';
import { gridSampling } from './grid-sample.ts';
import { losses } from './losses.ts';
import { norms } from './norms.ts';
import { pools } from './pools.ts';
import { products } from './products.ts';
import { recurrents } from './recurrent.ts';
import { resizing } from './resize.ts';

/** What networks are made of: products, convolutions, pools, norms, activations, recurrent and attention layers. */
export const networks: Converters = {
  ...products,
  ...convolutions,
  ...pools,
  ...resizing,
  ...gridSampling,
  ...norms,
  ...activations,
  ...recurrents,
  ...attentions,
  ...dropouts,
  ...losses,
};
