import { createEnvRegistry } from '../registry.ts';
import { CartPole, MountainCar, Pendulum } from './classic-control/environments.ts';
import { FisheryBoats } from './fishery/environments.ts';
import { InventoryChain, InventoryShop, InventorySupplier } from './inventory/environments.ts';
import { Pension, PensionClient, PensionReputation, PensionWelfare } from './pension/environments.ts';

/** The environments that come with this package, under the ids that Gymnasium would give them. The pension market's need `blocking()`. */
export const registry = createEnvRegistry();

for (const [name, make] of Object.entries({
  InventoryShop,
  InventorySupplier,
  Pension,
  PensionClient,
  PensionReputation,
  PensionWelfare,
  FisheryBoats,
  InventoryChain,
})) {
  registry.register(`unbraid/${name}-v0`, make);
}

// With the versions of Gymnasium's environments that they are like.
registry.register('unbraid/CartPole-v1', CartPole);
registry.register('unbraid/MountainCar-v0', MountainCar);
registry.register('unbraid/Pendulum-v1', Pendulum);
