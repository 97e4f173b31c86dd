export { CartPole as CartPoleModel } from './classic-control/cart-pole.ts';
export { CartPole, MountainCar, Pendulum } from './classic-control/environments.ts';
export { type Drive, MountainCar as MountainCarModel } from './classic-control/mountain-car.ts';
export { Pendulum as PendulumModel } from './classic-control/pendulum.ts';
export { InventoryShop, InventorySupplier } from './inventory/environments.ts';
export { Supply, type SupplyOptions } from './inventory/shop.ts';
export { Pension, PensionClient, PensionReputation, PensionWelfare } from './pension/environments.ts';
export { PensionMarket, type PensionMarketOptions } from './pension/market.ts';
export { registry } from './registry.ts';
