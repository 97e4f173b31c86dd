import { having } from '@unbraid/checks';
import * as z from 'zod';
import type { Initializer } from './initializer.ts';

/** An entry of settings that says how a parameter starts. */
export const initializerSetting = () => having<Initializer>('an initializer such as heNormal', 'fill');

/** The same of a bias, which can be left out. */
export const biasSetting = () =>
  z.union([z.literal(false), initializerSetting()], { error: 'an initializer such as zeros, or false,' });
