import { InventoryShop, InventorySupplier } from './inventory/environments.ts';
import { Pension, PensionClient, PensionReputation, PensionWelfare } from './pension/environments.ts';

export { Supply, type SupplyOptions } from './inventory/shop.ts';
export { PensionMarket, type PensionMarketOptions } from './pension/market.ts';
export { InventoryShop, InventorySupplier, Pension, PensionClient, PensionReputation, PensionWelfare };
