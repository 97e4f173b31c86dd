import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineExperiment, type Experiment } from '../experiment.ts';
import { checkPreset, parseSettings, settingsFromText } from './parse.ts';

const experiment = defineExperiment({
  name: 'test/settings',
  title: 'Settings',
  paper: 'none',
  description: 'None.',
  settings: z
    .object({
      samples: z.int().min(1).default(100).describe('Samples'),
      dimension: z.int().min(1).default(10).describe('Dimension'),
      ratios: z.array(z.number().positive()).default([1]).describe('Ratios'),
    })
    .refine(({ samples, dimension }) => samples >= dimension, { message: 'samples must be at least dimension' }),
  presets: { smoke: { samples: 20 }, short: {}, full: { samples: 1000 } },
  summary: {},
  run: async () => ({}),
});
const untyped = experiment as Experiment;

describe('parseSettings', () => {
  it('lays overrides over the preset over the defaults', () => {
    expect(parseSettings(experiment, 'smoke', { ratios: [2, 3] })).toEqual({
      samples: 20,
      dimension: 10,
      ratios: [2, 3],
    });
    expect(parseSettings(experiment, 'smoke', { samples: 50 }).samples).toBe(50);
  });

  it.each([
    [{ dimnsion: 3 }, 'there is no setting "dimnsion"; choose dimension, ratios or samples'],
    [{ samples: 'many' }, 'setting samples cannot come from "many": expected number, received string'],
    [{ samples: 0 }, 'setting samples cannot come from 0: Too small: expected number to be >=1'],
    [{ ratios: [1, -1] }, 'setting ratios[1] cannot come from [1,-1]: Too small'],
    [{ samples: 5 }, 'samples must be at least dimension'],
    [JSON.parse('{"__proto__": 1}'), 'there is no setting "__proto__"'],
  ])('says in one line what is wrong with %j', (overrides, message) => {
    expect(() => parseSettings(experiment, 'short', overrides)).toThrow(`test/settings: ${message}`);
  });
});

describe('settingsFromText', () => {
  it('reads pairs by the types of the settings; a later pair wins', () => {
    expect(settingsFromText(untyped, ['ratios=1,2.5', 'samples=5', 'samples=6'])).toEqual({
      ratios: [1, 2.5],
      samples: 6,
    });
  });

  it('refuses a pair that sets nothing and a key that is no setting', () => {
    expect(() => settingsFromText(untyped, ['samples'])).toThrow(
      'test/settings: "samples" sets nothing; write key=value',
    );
    expect(() => settingsFromText(untyped, ['=3'])).toThrow('sets nothing');
    expect(() => settingsFromText(untyped, ['sample=3'])).toThrow('there is no setting "sample"; choose samples,');
  });
});

it('checkPreset lists the presets, nearest first', () => {
  expect(checkPreset(untyped, 'full')).toBe('full');
  expect(() => checkPreset(untyped, 'ful')).toThrow('test/settings: there is no preset "ful"; choose full,');
});
