export { InventoryShop, InventorySupplier } from './inventory/environments.ts';
export { Supply, type SupplyOptions } from './inventory/shop.ts';
export { Pension, PensionClient, PensionReputation, PensionWelfare } from './pension/environments.ts';
export { PensionMarket, type PensionMarketOptions } from './pension/market.ts';
export { registry } from './registry.ts';
