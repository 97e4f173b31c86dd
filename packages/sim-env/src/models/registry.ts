import { createEnvRegistry } from '../registry.ts';
import { InventoryShop, InventorySupplier } from './inventory/environments.ts';
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
})) {
  registry.register(`unbraid/${name}-v0`, make);
}
