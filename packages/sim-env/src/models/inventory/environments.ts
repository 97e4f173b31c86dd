import { generateTurnEnv } from '../../agents/turn-env.ts';
import { makeStep } from '../../decisions/make-step.ts';
import { definePerspective } from '../../decisions/perspective.ts';
import { generateEnv } from '../../env/generate-env.ts';
import { box, dict, discrete } from '../../spaces/index.ts';
import { ROOM, Supply } from './shop.ts';

/** Pieces that an action of the shop stands for. */
const ORDERS = [0, 5, 10, 15, 20, 30, 40];
/** Euros a piece that an action of the supplier stands for. */
const PRICES = [4, 5, 6, 7, 8, 9];

const seenFromShop = (stock: number, pipeline: readonly number[], price: number) => ({
  stock: Float32Array.of(stock),
  pipeline: Float32Array.from(pipeline),
  price: Float32Array.of(price),
});

/** The evening before an order, as that will see it: what arrives first is there. */
const nextOrder = ({ stock, pipeline: [arriving = 0, ...coming], wholesalePrice }: Supply) =>
  seenFromShop(Math.min(ROOM, stock + arriving), coming, wholesalePrice);

const seenFromSupplier = ({ stock, wholesalePrice }: Supply) => Float32Array.of(stock, wholesalePrice);

/** The shop orders, and wants the day's profit. */
export const shop = definePerspective({
  name: 'shop',
  observationSpace: dict({
    stock: box({ low: 0, high: ROOM }),
    pipeline: box({ low: 0, high: ROOM, shape: [2] }),
    price: box({ low: 0, high: 10 }),
  }),
  actionSpace: discrete(ORDERS.length),
  observation: ({ stock, pipeline, wholesalePrice }: Supply) => seenFromShop(stock, pipeline, wholesalePrice),
  action: ORDERS,
  // Hundreds of euros.
  reward: (supply) => supply.shopProfit / 100,
  // The shop goes on after the last day that is looked at.
  final: (supply: Supply) => ({ observation: nextOrder(supply), reward: supply.shopProfit / 100, truncated: true }),
});

/** The supplier names its price once a week, and wants the week's profit. */
export const supplier = definePerspective({
  name: 'supplier',
  observationSpace: box({ low: [0, 0], high: [ROOM, 10] }),
  actionSpace: discrete(PRICES.length),
  observation: seenFromSupplier,
  action: PRICES,
  reward: (supply) => supply.supplierProfit / 100,
  final: (supply: Supply) => ({
    observation: seenFromSupplier(supply),
    reward: supply.supplierProfit / 100,
    truncated: true,
  }),
});

makeStep(Supply.prototype, 'placeOrder', shop);
makeStep(Supply.prototype, 'namePrice', supplier);

const shared = {
  module: import.meta.url,
  arguments: { days: { type: 'integer', minimum: 1, default: 364 } },
  simulation: ({ days }: { readonly days: number }) => new Supply({ days }),
} as const;

/** The environment of the shop, which orders and wants the day's profit. */
export const InventoryShop = generateEnv({ ...shared, name: 'InventoryShop', decision: shop });
/** The environment of the supplier, which names its price once a week and wants the week's profit. */
export const InventorySupplier = generateEnv({ ...shared, name: 'InventorySupplier', decision: supplier });
/** The environment of both, each of whom wants its own profit: in turn, the supplier once a week and the shop every day. */
export const InventoryChain = generateTurnEnv({
  ...shared,
  name: 'InventoryChain',
  seats: [
    { perspective: shop, agents: 'shop', observe: nextOrder },
    { perspective: supplier, agents: 'supplier', observe: seenFromSupplier },
  ],
  state: ({ day, stock, wholesalePrice, pipeline }: Supply) =>
    Float32Array.of(day % 7, stock, wholesalePrice, ...pipeline, 0).subarray(0, 6),
  stateSpace: box({ low: 0, high: ROOM, shape: [6] }),
  render: ({ day, stock, wholesalePrice }: Supply) => `day ${day}: ${stock} pieces, ${wholesalePrice} euros a piece`,
});
