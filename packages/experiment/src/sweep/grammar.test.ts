import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineExperiment, type Experiment, UsageError } from '../index.ts';
import { dimensionFromText, dimensionOf, seedsFromText } from './grammar.ts';

const settled = defineExperiment({
  name: 'test/settled',
  title: 'Settled',
  paper: 'none',
  description: 'Has settings of all kinds.',
  settings: z.object({
    rate: z.number().positive().max(1).default(0.1).describe('A real number'),
    epochs: z.int().min(1).max(1000).default(5).describe('An integer'),
    neurons: z.array(z.int().min(1)).min(1).default([10]).describe('A list of integers'),
    inputs: z
      .array(z.enum(['mnist', 'gaussian']))
      .default(['mnist'])
      .describe('A list of words'),
    loss: z.enum(['squared', 'crossEntropy']).default('squared').describe('A word'),
    name: z.string().default('').describe('A text'),
    width: z
      .union([z.int().min(1), z.literal('auto')])
      .default('auto')
      .describe('A number or a word'),
    deep: z.boolean().default(false).describe('Yes or no'),
  }),
  presets: { smoke: {}, short: {}, full: {} },
  summary: { result: 'The result' },
  run: async () => ({ result: 0 }),
}) as unknown as Experiment;

const read = (key: string, text: string) => dimensionFromText(settled, 'smoke', key, text);
const choices = (...values: unknown[]) => ({ kind: 'choices', values });

describe('--set of a sweep', () => {
  it.each([
    ['epochs', '5,10', choices(5, 10)],
    ['rate', '1e-3, 0.1', choices(1e-3, 0.1)],
    ['deep', 'true,false', choices(true, false)],
    ['loss', 'crossEntropy', choices('crossEntropy')],
    ['width', '3,auto', choices(3, 'auto')],
    ['name', '"a,b",c..d', choices('a,b', 'c..d')],
    ['neurons', '50,100', choices([50], [100])],
    ['neurons', '[50,100],[50]', choices([50, 100], [50])],
    ['inputs', '[mnist,gaussian],gaussian', choices(['mnist', 'gaussian'], ['gaussian'])],
    ['inputs', '["mnist"]', choices(['mnist'])],
  ])('takes choices: %s=%s', (key, text, expected) => {
    expect(read(key, text)).toEqual(expected);
  });

  it.each([
    ['rate', '1e-4..0.5', { kind: 'real', from: 1e-4, to: 0.5, log: false, list: false }],
    ['rate', 'log:1e-4..1e-1', { kind: 'real', from: 1e-4, to: 0.1, log: true, list: false }],
    ['epochs', '1..9', { kind: 'integer', from: 1, to: 9, step: 1, log: false, list: false }],
    ['epochs', 'log:1..1000', { kind: 'integer', from: 1, to: 1000, step: 1, log: true, list: false }],
    ['epochs', 'int:8..64:8', { kind: 'integer', from: 8, to: 64, step: 8, log: false, list: false }],
    ['neurons', '10..90', { kind: 'integer', from: 10, to: 90, step: 1, log: false, list: true }],
    ['width', '1..5', { kind: 'integer', from: 1, to: 5, step: 1, log: false, list: false }],
  ])('takes ranges: %s=%s', (key, text, expected) => {
    expect(read(key, text)).toEqual(expected);
  });

  it.each([
    ['epoch', '1,2', 'there is no setting "epoch"; choose epochs'],
    ['epochs', '1,x', 'setting epochs cannot come from "x"'],
    ['epochs', '1,,2', 'a value is missing at a comma'],
    ['epochs', '1,1', 'epochs is given 1 twice'],
    ['epochs', '0..5', 'setting epochs cannot come from 0'],
    ['epochs', '5..1', 'from a smaller number to a larger one'],
    ['epochs', '1..2.5', 'ends and step must be integers'],
    ['epochs', '1..nine', '"nine" is no number'],
    ['rate', 'log:0..1', 'magnitudes are of positive numbers'],
    ['rate', '0.1..0.9:0.1', 'only integers that are no magnitudes have a step'],
    ['rate', 'log:0.1', 'write it as log:1e-4..1e-1'],
    ['loss', 'log:1..2', 'this setting is no number'],
    ['loss', 'square', 'setting loss cannot come from "square"'],
  ])('refuses %s=%s', (key, text, message) => {
    expect(() => read(key, text)).toThrow(UsageError);
    expect(() => read(key, text)).toThrow(message);
  });

  it('takes values and ranges of a file as they are', () => {
    const of = (key: string, value: unknown) => dimensionOf(settled, 'smoke', key, value);
    expect(of('neurons', [50, [50, 100]])).toEqual(choices([50], [50, 100]));
    expect(of('epochs', 7)).toEqual(choices(7));
    expect(of('epochs', '1..9')).toEqual(read('epochs', '1..9'));
    expect(of('rate', { from: 0.01, to: 1, log: true })).toEqual(read('rate', 'log:0.01..1'));
    expect(() => of('rate', { from: 0.01, till: 1 })).toThrow('a range is { from, to }');
    expect(() => of('epochs', [1.5])).toThrow('setting epochs cannot come from 1.5');
    expect(() => of('epochs', [])).toThrow('epochs has no values');
  });
});

describe('--seeds', () => {
  it('takes ranges and lists', () => {
    expect(seedsFromText('0..3')).toEqual([0, 1, 2, 3]);
    expect(seedsFromText('7, 1..2,5')).toEqual([7, 1, 2, 5]);
  });

  it.each(['', '1..0', 'a', '1,,2', '-1', '0..1e9', '0..99999999999'])('refuses %j', (text) => {
    expect(() => seedsFromText(text)).toThrow('write seeds as 0..9 or 0,3,7');
  });

  it('refuses one that is given twice', () => {
    expect(() => seedsFromText('0..3,2')).toThrow('seed 2 is given twice');
  });
});
