import { expect, it } from 'vitest';
import { type ArgumentRules, runOwnRule } from '../index.ts';
import { InventoryShop, Pension } from '../models/index.ts';
import { completeArguments } from './arguments.ts';
import { generateEnv } from './generate-env.ts';

const rules = {
  days: { type: 'integer', default: 30, minimum: 1 },
  price: { type: 'number', default: 1.5, minimum: 0, maximum: 9 },
  open: { type: 'boolean', default: true },
  season: { type: 'text', default: 'summer', oneOf: ['summer', 'winter'] },
} as const satisfies ArgumentRules;

it('completes what is given by the defaults', () => {
  const { days, open, ...rest } = completeArguments('shop', rules, { days: 7, open: false });
  // Numbers, booleans and texts by their types.
  const sum: number = days + 1;
  expect([sum, open && 1, rest]).toEqual([8, false, { price: 1.5, season: 'summer' }]);
  expect(completeArguments('shop', {}, undefined)).toEqual({});
});

it.each([
  [{ day: 3 }, 'shop: there is no argument "day"; did you mean days?'],
  [{ days: 0 }, 'shop: the argument days is an integer, 1 or more, got 0'],
  [{ days: 1.5 }, 'an integer, 1 or more, got 1.5'],
  [{ price: Number.NaN }, 'the argument price is a finite number from 0 to 9, got NaN'],
  [{ open: 1 }, 'the argument open is true or false, got 1'],
  [{ season: 'spring' }, 'the argument season is summer or winter, got "spring"'],
  [7, 'settings are an object'],
])('refuses %j', (given, message) => {
  expect(() => completeArguments('shop', rules, given)).toThrow(message);
});

it('refuses arguments of a model that takes none', () => {
  expect(() => completeArguments('shop', {}, { days: 3 })).toThrow('shop: its model takes no arguments, got days');
});

it('makes a model with its arguments, in an environment and without one', () => {
  const env = InventoryShop({ arguments: { days: 2 } });
  env.reset({ seed: 1 });
  // Its last day is a horizon.
  expect([env.step(1)[3], env.step(1)[3]]).toEqual([false, true]);
  expect(runOwnRule(InventoryShop.definition, { seed: 1, arguments: { days: 9 } }).steps).toBe(9);
  expect(() => Pension({ arguments: { individual: 3 } })).toThrow('did you mean individuals?');
});

it('refuses rules that make no sense when the environment is defined', () => {
  const { definition } = InventoryShop;
  const defined = (days: unknown) => () => generateEnv({ ...definition, arguments: { days } as ArgumentRules });
  expect(defined({ type: 'integr', default: 1 })).toThrow('argument days is of type integr; types are integer, number');
  expect(defined({ type: 'integer' })).toThrow('the default of argument days is an integer, got null');
});
