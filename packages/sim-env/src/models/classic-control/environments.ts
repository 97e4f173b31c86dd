import { makeStep } from '../../decisions/make-step.ts';
import { definePerspective } from '../../decisions/perspective.ts';
import { generateEnv } from '../../env/generate-env.ts';
import { box, discrete } from '../../spaces/index.ts';
import { CartPole as CartPoleModel, FALLEN_ANGLE, TRACK_END } from './cart-pole.ts';
import { drawCartPole, drawMountainCar, drawPendulum } from './drawings.ts';
import {
  type Drive,
  LEFT_END,
  MAX_SPEED as MAX_CAR_SPEED,
  MountainCar as MountainCarModel,
  RIGHT_END,
} from './mountain-car.ts';
import { MAX_SPEED, MAX_TORQUE, Pendulum as PendulumModel } from './pendulum.ts';

const seeCartPole = ({ position, velocity, angle, angularVelocity }: CartPoleModel) =>
  Float32Array.of(position, velocity, angle, angularVelocity);

/** 1 for each push, also the one after which the pole has fallen. */
export const balance = definePerspective({
  name: 'balance',
  observationSpace: box({
    low: [-2 * TRACK_END, -Infinity, -2 * FALLEN_ANGLE, -Infinity],
    high: [2 * TRACK_END, Infinity, 2 * FALLEN_ANGLE, Infinity],
  }),
  actionSpace: discrete(2),
  observation: seeCartPole,
  action: [false, true],
  reward: () => 1,
  final: (model: CartPoleModel) => ({ observation: seeCartPole(model), reward: 1 }),
});

/** Upright, at rest, without effort is 0; all else costs. */
export const swingUp = definePerspective({
  name: 'swing up',
  observationSpace: box({ low: [-1, -1, -MAX_SPEED], high: [1, 1, MAX_SPEED] }),
  actionSpace: box({ low: -MAX_TORQUE, high: MAX_TORQUE }),
  observation: ({ angle, speed }: PendulumModel) => Float32Array.of(Math.cos(angle), Math.sin(angle), speed),
  action: (torque: Float32Array) => torque[0]!,
  reward: ({ cost }) => -cost,
});

const seeMountainCar = ({ position, speed }: MountainCarModel) => Float32Array.of(position, speed);

/** −1 for each decision until the car is on the hill. */
export const climb = definePerspective({
  name: 'climb',
  observationSpace: box({ low: [LEFT_END, -MAX_CAR_SPEED], high: [RIGHT_END, MAX_CAR_SPEED] }),
  actionSpace: discrete(3),
  observation: seeMountainCar,
  action: [-1, 0, 1] as readonly Drive[],
  reward: () => -1,
  final: (model: MountainCarModel) => ({ observation: seeMountainCar(model), reward: -1 }),
});

makeStep(CartPoleModel.prototype, 'pushesRight', balance);
makeStep(PendulumModel.prototype, 'torque', swingUp);
makeStep(MountainCarModel.prototype, 'drive', climb);

const module = import.meta.url;

/** A pole on a cart, pushed left (0) or right (1): Gymnasium's CartPole-v1, 500 steps. */
export const CartPole = generateEnv({
  module,
  name: 'CartPole',
  simulation: () => new CartPoleModel(),
  decision: balance,
  maxEpisodeSteps: 500,
  render: drawCartPole,
});

/** A rod to be swung up by a weak motor: Gymnasium's Pendulum-v1, 200 steps. */
export const Pendulum = generateEnv({
  module,
  name: 'Pendulum',
  simulation: () => new PendulumModel(),
  decision: swingUp,
  maxEpisodeSteps: 200,
  render: drawPendulum,
});

/** A car between two hills, driven to the left (0), not at all (1) or to the right (2): Gymnasium's MountainCar-v0, 200 steps. */
export const MountainCar = generateEnv({
  module,
  name: 'MountainCar',
  simulation: () => new MountainCarModel(),
  decision: climb,
  maxEpisodeSteps: 200,
  render: drawMountainCar,
});
