import { expect, it } from 'vitest';
import { walker } from '../test/walker.ts';
import type { EnvOptions } from './env/generate-env.ts';
import { registry } from './models/index.ts';
import { createEnvRegistry } from './registry.ts';

it('makes what was registered, under its id', () => {
  const envs = createEnvRegistry();
  envs.register('test/Walker-v0', walker);
  const env = envs.make('test/Walker-v0', { maxEpisodeSteps: 7 });
  expect(env.spec).toEqual({ id: 'test/Walker-v0', maxEpisodeSteps: 7 });
  expect(env.reset({ seed: 2 })).toEqual([2, {}]);
});

it("gives a maker of one's own the arguments that its rules know, all of them and checked", () => {
  const envs = createEnvRegistry();
  const given: unknown[] = [];
  const make = (options: EnvOptions = {}) => {
    given.push(options.arguments);
    return walker();
  };
  envs.register('test/Own-v0', make, {
    size: { type: 'integer', default: 8, minimum: 2 },
    way: { type: 'text', default: 'left', oneOf: ['left', 'right'] },
  });
  envs.make('test/Own-v0');
  envs.make('test/Own-v0', { arguments: { way: 'right' } });
  expect(given).toEqual([
    { size: 8, way: 'left' },
    { size: 8, way: 'right' },
  ]);
  expect(() => envs.make('test/Own-v0', { arguments: { way: 'up' } })).toThrow('way is left or right, got "up"');
  expect(() => envs.register('test/No-v0', make, { size: { type: 'integer', default: 1.5 } })).toThrow(
    'test/No-v0: the default of argument size is an integer, got 1.5',
  );
});

it('refuses ids that are ill-formed, taken or unknown', () => {
  const envs = createEnvRegistry();
  envs.register('Walker-v1', walker);
  expect(() => envs.register('Walker-v1', walker)).toThrow('Walker-v1 is registered twice');
  expect(() => envs.register('Walker', walker)).toThrow('"Walker" is no id of an environment; write it as Name-v0');
  expect(() => envs.make('Runner-v1')).toThrow('there is no environment Runner-v1; registered: Walker-v1');
});

it('makes each kind of environment by its own function', () => {
  const [boats, chain, cart] = ['unbraid/FisheryBoats-v0', 'unbraid/InventoryChain-v0', 'unbraid/CartPole-v1'];
  expect(registry.makeParallel(boats).possibleAgents).toHaveLength(4);
  expect(registry.makeTurns(chain, { maxEpisodeSteps: 3 }).possibleAgents).toEqual(['shop', 'supplier']);
  expect(() => registry.make(boats)).toThrow(
    'unbraid/FisheryBoats-v0 is an environment of several agents that act at the same time; make it by makeParallel',
  );
  expect(() => registry.makeParallel(chain)).toThrow('of several agents that act in turn; make it by makeTurns');
  expect(() => registry.makeTurns(cart)).toThrow('unbraid/CartPole-v1 is an environment of one agent; make it by make');
});

it('has the environments that come with the package', () => {
  expect(registry.ids('parallel')).toEqual(['unbraid/FisheryBoats-v0']);
  expect(registry.ids('turns')).toEqual(['unbraid/InventoryChain-v0']);
  expect(registry.ids()).toHaveLength(11);
  expect(registry.ids('single')).toEqual([
    'unbraid/InventoryShop-v0',
    'unbraid/InventorySupplier-v0',
    'unbraid/Pension-v0',
    'unbraid/PensionClient-v0',
    'unbraid/PensionReputation-v0',
    'unbraid/PensionWelfare-v0',
    'unbraid/CartPole-v1',
    'unbraid/MountainCar-v0',
    'unbraid/Pendulum-v1',
  ]);
});
