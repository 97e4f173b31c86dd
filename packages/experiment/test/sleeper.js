import { defineExperiment } from '@unbraid/experiment';
import { z } from 'zod';

/** Two units that save a state and then hear nothing for a minute. */
export const sleeper = defineExperiment({
  name: 'test/sleeper',
  title: 'Sleeper',
  paper: 'none',
  description: 'Sleeps.',
  settings: z.object({ seconds: z.number().min(0).default(60).describe('Of each') }),
  presets: { smoke: {}, short: {}, full: {} },
  summary: { slept: 'Units' },
  async run({ settings, units, checkpoints }) {
    const values = await units([1, 2], String, async () => {
      await checkpoints.save('asleep', { meta: 0, arrays: {} });
      const end = Date.now() + 1000 * settings.seconds;
      while (Date.now() < end);
      return 1;
    });
    return { slept: values.length };
  },
});
