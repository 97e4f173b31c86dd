import { having, integer } from '@unbraid/checks';
import type { Random } from '@unbraid/kernels';
import * as z from 'zod';

/** What is drawn follows from it. */
export const seedSetting = () =>
  z
    .union([integer(), having<Random>('a stream', 'split')], { error: 'an integer, or a stream of createRandom,' })
    .default(0);
