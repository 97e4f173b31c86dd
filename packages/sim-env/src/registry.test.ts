import { expect, it } from 'vitest';
import { walker } from '../test/walker.ts';
import { registry } from './models/index.ts';
import { createEnvRegistry } from './registry.ts';

it('makes what was registered, under its id', () => {
  const envs = createEnvRegistry();
  envs.register('test/Walker-v0', walker);
  const env = envs.make('test/Walker-v0', { maxEpisodeSteps: 7 });
  expect(env.spec).toEqual({ id: 'test/Walker-v0', maxEpisodeSteps: 7 });
  expect(env.reset({ seed: 2 })).toEqual([2, {}]);
});

it('refuses ids that are ill-formed, taken or unknown', () => {
  const envs = createEnvRegistry();
  envs.register('Walker-v1', walker);
  expect(() => envs.register('Walker-v1', walker)).toThrow('Walker-v1 is registered twice');
  expect(() => envs.register('Walker', walker)).toThrow('"Walker" is no id of an environment; write it as Name-v0');
  expect(() => envs.make('Runner-v1')).toThrow('there is no environment Runner-v1; registered: Walker-v1');
});

it('has the environments that come with the package', () => {
  expect(registry.ids()).toEqual([
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
