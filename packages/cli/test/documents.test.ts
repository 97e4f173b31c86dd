import { checkPreset, parseSettings, settingsFromText } from '@unbraid/experiment';
import { describe, expect, it } from 'vitest';
import { callsOf, documents } from '../../../docs/src/documents.ts';
import { createProgram } from '../src/program.ts';
import { registry } from '../src/registry.ts';
import { ioOf } from './call.ts';

describe('what a document tells to type', () => {
  const calls = documents().flatMap(callsOf);

  it.each(calls.map(({ place, words }) => [place, words.join(' '), words] as const))(
    '%s: unbraid %s',
    async (_, _text, words) => {
      const [name = '', ...rest] = words;
      const command = createProgram(ioOf(), () => undefined).commands.find((each) => each.name() === name);
      expect(command, `there is no command ${name}`).toBeDefined();
      // The commands of `fit` are its methods.
      const method = command!.commands.find((each) => each.name() === rest[0]);
      if (command!.commands.length > 0) expect(method, `there is no command ${name} ${rest[0]}`).toBeDefined();
      expect((method ?? command!).parseOptions(rest).unknown).toEqual([]);
      // A name in capitals stands for one of the reader's.
      if (name !== 'run') return;
      const experiment = await registry.find(rest[0]!);
      const { preset, set } = command!.opts<{ preset: string; set: string[] }>();
      const filledIn = set.filter((pair) => !/=[A-Z]+$/.test(pair));
      parseSettings(experiment, checkPreset(experiment, preset), settingsFromText(experiment, filledIn));
    },
  );
});
