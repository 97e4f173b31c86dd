import { expect, test } from 'vitest';
import * as z from 'zod';
import { callback, checkSettings, count, finite, flag, given, having, InputError, integer, oneOf } from './index.ts';

const schema = z.object({
  learningRate: finite({ above: 0 }).optional(),
  epochs: count().optional(),
  share: finite({ min: 0, below: 1 }).optional(),
  seed: integer().default(7),
  loss: oneOf('squared', 'logistic').optional(),
  verbose: flag().optional(),
  hidden: z.array(count(), { error: 'a list of sizes' }).optional(),
  onEpoch: callback<(epoch: number) => void>().optional(),
  signal: having<AbortSignal>('an AbortSignal', 'aborted').optional(),
  data: given<Float32Array>().optional(),
});
const check = (settings: unknown) => checkSettings('nn: fit', schema, settings);

test('settings in range come back with defaults, and arrays and functions are those given', () => {
  const data = Float32Array.of(1);
  const onEpoch = () => undefined;
  expect(check({ learningRate: 0.1, data, onEpoch, epochs: undefined })).toEqual({
    learningRate: 0.1,
    data,
    onEpoch,
    seed: 7,
  });
  expect(check({ data }).data).toBe(data);
  const { signal } = new AbortController();
  expect(check({ signal }).signal).toBe(signal);
});

test.each<[unknown, string]>([
  [{ learningRate: Number.NaN }, "nn: fit's learningRate is NaN; a finite number above 0 is needed"],
  [{ learningRate: Number.POSITIVE_INFINITY }, "nn: fit's learningRate is Infinity; a finite number above 0 is needed"],
  [{ learningRate: 0 }, "nn: fit's learningRate is 0; a finite number above 0 is needed"],
  [{ learningRate: '0.1' }, 'nn: fit\'s learningRate is "0.1"; a finite number above 0 is needed'],
  [{ share: 1 }, "nn: fit's share is 1; a finite number of at least 0 and below 1 is needed"],
  [{ epochs: 1.5 }, "nn: fit's epochs is 1.5; an integer of at least 1 is needed"],
  [{ epochs: 2 ** 60 }, `nn: fit's epochs is ${2 ** 60}; an integer of at least 1 is needed`],
  [{ loss: 'hinge' }, 'nn: fit\'s loss is "hinge"; "squared" or "logistic" is needed'],
  [{ verbose: 1 }, "nn: fit's verbose is 1; true or false is needed"],
  [{ hidden: [3, 0] }, "nn: fit's hidden[1] is 0; an integer of at least 1 is needed"],
  [{ onEpoch: {} }, "nn: fit's onEpoch is an object without entries; a function is needed"],
  [{ signal: 3 }, "nn: fit's signal is 3; an AbortSignal is needed"],
  [{ lerningRate: 0.1 }, 'nn: fit has no setting "lerningRate"; the nearest are learningRate, verbose, signal'],
  [[], 'nn: fit takes an object of settings; it was given an array of 0'],
  [null, 'nn: fit takes an object of settings; it was given null'],
])('bad settings are refused in one line, case %#', (settings, message) => {
  expect(() => check(settings)).toThrow(new InputError('setting', message));
});

test('a setting that is needed and left out is named', () => {
  const needy = z.object({ neurons: count() });
  expect(() => checkSettings('galu: createGalu', needy, { neurons: undefined })).toThrow(
    'galu: createGalu: neurons is missing; give an integer of at least 1',
  );
});

test('nested settings are checked where their schema is strict', () => {
  const nested = z.object({ adam: z.strictObject({ beta1: finite({ min: 0, below: 1 }) }) });
  expect(() => checkSettings('nn: fit', nested, { adam: { beta1: 1 } })).toThrow("nn: fit's adam.beta1 is 1");
  expect(() => checkSettings('nn: fit', nested, { adam: { beta1: 0.9, beta3: 1 } })).toThrow(
    'nn: fit\'s adam has no entry "beta3"',
  );
});
