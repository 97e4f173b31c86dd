import { defineExperiment, type Experiment } from '@unbraid/experiment';
import { z } from 'zod';

const gates = new Map<number, () => void>();

/** Lets the units of `gated` go on that have come to it. */
export function openGates(): void {
  for (const open of gates.values()) open();
  gates.clear();
}

/** Units that log, draw a table and write files; those from `gate` on wait until they are let. */
export const gated = defineExperiment({
  name: 'test/gated',
  title: 'Gated',
  paper: 'none',
  description: 'Squares numbers.',
  settings: z.object({
    items: z.int().min(1).default(4).describe('Units'),
    gate: z.int().default(99).describe('The first unit that waits'),
  }),
  presets: { smoke: {}, short: {}, full: {} },
  summary: { total: 'Sum of all' },
  metrics: { square: { description: 'of the item', x: 'item' } },
  async run({ settings, log, units, artifact, table }) {
    const squares = await units(
      Array.from({ length: settings.items }, (_, i) => i),
      (i) => `square ${i}`,
      async (i) => {
        if (i >= settings.gate) await new Promise<void>((resolve) => gates.set(i, resolve));
        log({ item: i, square: i * i });
        table(`of-${i}`, { title: `Of ${i}`, columns: ['i'], rows: [[i]] });
        await artifact(`file-${i}.bin`, Uint8Array.of(i));
        return i * i;
      },
    );
    return { total: squares.reduce((a, b) => a + b, 0) };
  },
}) as unknown as Experiment;
