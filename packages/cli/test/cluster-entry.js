// The command as a process of its own, with experiments whose package has a version; built files, because Node runs no TypeScript.
import { defineExperiment } from '@unbraid/experiment';
import { z } from 'zod';
import { createRegistry, runProcess } from '../dist/index.js';
import { groups } from './groups.js';

/** One unit, whose value is large. */
const large = defineExperiment({
  name: 'test/large',
  title: 'Large',
  paper: 'none',
  description: 'Makes zeros.',
  settings: z.object({ megabytes: z.int().min(1).default(1).describe('MiB of the value') }),
  presets: { smoke: {}, short: {}, full: {} },
  summary: { length: 'Numbers' },
  async run({ settings, units }) {
    const make = async () => new Float64Array((settings.megabytes * 2 ** 20) / 8);
    const [zeros] = await units(['zeros'], String, make);
    return { length: zeros.length };
  },
});

const versions = { groups: process.env.TEST_VERSION ?? '1.0.0' };
await runProcess(createRegistry({ test: async () => [groups, large] }, versions));
