import * as z from 'zod';
import { callback, flag } from '../schemas.ts';
import type { ProgressListener } from './fit-progress.ts';

/** The setting `progress` of a fit, as `fitProgress` takes it: true, false or a function of a line. */
export const progressSetting = () =>
  z.union([flag(), callback<ProgressListener>()], { error: 'true, false or a function of a line' });
