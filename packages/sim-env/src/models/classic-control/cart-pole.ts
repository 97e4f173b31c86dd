import { createRandom } from '../../random.ts';
import { startStateOf } from './start-state.ts';

/** m/s². */
const GRAVITY = 9.8;
/** kg. */
const CART_MASS = 1;
/** kg. */
const POLE_MASS = 0.1;
const TOTAL_MASS = POLE_MASS + CART_MASS;
/** Half of the pole's length, m. */
const HALF_LENGTH = 0.5;
const POLE_MOMENT = POLE_MASS * HALF_LENGTH;
/** N, to the left or to the right. */
const FORCE = 10;
/** Seconds between two pushes. */
const TIME_STEP = 0.02;
/** Where the track ends, m from its middle. */
export const TRACK_END = 2.4;
/** From the upright, at which the pole counts as fallen: 12°, in radians. */
export const FALLEN_ANGLE = (12 * 2 * Math.PI) / 360;

/**
 * A pole on a cart that is pushed left or right, 50 times a second, without friction (Barto, Sutton and Anderson 1983), by Euler's method with the constants of Gymnasium's CartPole.
 * It runs until the pole has fallen or the cart has left its track. `reset(seed)` draws all four numbers of the state from −0.05 to 0.05.
 */
export class CartPole {
  /** m from the middle of the track; positive to the right. */
  position = 0;
  /** m/s. */
  velocity = 0;
  /** From the upright, radians; positive to the right. */
  angle = 0;
  /** Radians a second. */
  angularVelocity = 0;

  /** @throws EnvError `setting`, for options other than `{ state: [position, velocity, angle, angularVelocity] }` */
  reset(seed: number, options?: unknown): void {
    const random = createRandom(seed);
    const drawn = Array.from({ length: 4 }, () => 0.1 * random.next() - 0.05);
    const given = startStateOf('CartPole', options, ['position', 'velocity', 'angle', 'angularVelocity']);
    [this.position, this.velocity, this.angle, this.angularVelocity] = (given ?? drawn) as [
      number,
      number,
      number,
      number,
    ];
  }

  get hasFallen(): boolean {
    return Math.abs(this.position) > TRACK_END || Math.abs(this.angle) > FALLEN_ANGLE;
  }

  /** All four numbers, which are all that it knows. */
  snapshot(): [number, number, number, number] {
    return [this.position, this.velocity, this.angle, this.angularVelocity];
  }

  restore(state: [number, number, number, number]): void {
    [this.position, this.velocity, this.angle, this.angularVelocity] = state;
  }

  *run(): Generator<unknown, void, unknown> {
    do this.push(yield* this.pushesRight());
    while (!this.hasFallen);
  }

  /** Whoever balances: by its own rule to the side that the pole will have fallen to soon. */
  // biome-ignore lint/correctness/useYield: it decides on the spot; who decides in its place may suspend
  *pushesRight(): Generator<unknown, boolean, unknown> {
    return this.angle + this.angularVelocity > 0;
  }

  private push(right: boolean): void {
    const [sine, cosine] = [Math.sin(this.angle), Math.cos(this.angle)];
    const force = right ? FORCE : -FORCE;
    const pull = (force + POLE_MOMENT * this.angularVelocity ** 2 * sine) / TOTAL_MASS;
    const angularAcceleration =
      (GRAVITY * sine - cosine * pull) / (HALF_LENGTH * (4 / 3 - (POLE_MASS * cosine ** 2) / TOTAL_MASS));
    const acceleration = pull - (POLE_MOMENT * angularAcceleration * cosine) / TOTAL_MASS;
    this.position += TIME_STEP * this.velocity;
    this.velocity += TIME_STEP * acceleration;
    this.angle += TIME_STEP * this.angularVelocity;
    this.angularVelocity += TIME_STEP * angularAcceleration;
  }
}
