import { createRandom } from '../../random.ts';
import { startStateOf } from './start-state.ts';

/** m/s². */
const GRAVITY = 10;
/** kg. */
const MASS = 1;
/** m. */
const LENGTH = 1;
/** Seconds between two decisions. */
const TIME_STEP = 0.05;
/** The largest, in either direction, radians a second. */
export const MAX_SPEED = 8;
/** The largest, in either direction, N·m. */
export const MAX_TORQUE = 2;

const within = (value: number, limit: number): number => Math.min(Math.max(value, -limit), limit);

/**
 * A rod that hangs on a motor too weak to lift it at once: it has to be swung up, and held there, with the constants of Gymnasium's Pendulum. It never ends by itself.
 * `reset(seed)` draws the angle from −π to π and the speed from −1 to 1.
 */
export class Pendulum {
  /** From the upright, radians, counterclockwise; it goes on growing beyond π. */
  angle = 0;
  /** Radians a second. */
  speed = 0;
  /** Of the last decision: the square of the angle it was made at, and smaller shares of those of speed and torque. */
  cost = 0;

  /** @throws EnvError `setting`, for options other than `{ state: [angle, speed] }` */
  reset(seed: number, options?: unknown): void {
    const random = createRandom(seed);
    const drawn = [(2 * random.next() - 1) * Math.PI, 2 * random.next() - 1];
    const [angle, speed] = startStateOf('Pendulum', options, ['angle', 'speed']) ?? drawn;
    [this.angle, this.speed, this.cost] = [angle!, speed!, 0];
  }

  /** Angle, speed and cost, which are all that it knows. */
  snapshot(): [number, number, number] {
    return [this.angle, this.speed, this.cost];
  }

  restore(state: [number, number, number]): void {
    [this.angle, this.speed, this.cost] = state;
  }

  *run(): Generator<unknown, void, unknown> {
    for (;;) this.turn(yield* this.torque());
  }

  /** The motor's, N·m. By its own rule it gives the rod energy until that suffices for the upright, and holds it there (Åström and Furuta 2000). */
  // biome-ignore lint/correctness/useYield: it decides on the spot; who decides in its place may suspend
  *torque(): Generator<unknown, number, unknown> {
    const off = fromUpright(this.angle);
    if (Math.abs(off) < 0.3) return within(-10 * off - 3 * this.speed, MAX_TORQUE);
    const missing = GRAVITY * LENGTH * 0.5 * (1 - Math.cos(off)) - this.speed ** 2 / 6;
    return MAX_TORQUE * Math.sign(missing) * (this.speed < 0 ? -1 : 1);
  }

  private turn(wanted: number): void {
    const torque = within(wanted, MAX_TORQUE);
    this.cost = fromUpright(this.angle) ** 2 + 0.1 * this.speed ** 2 + 0.001 * torque ** 2;
    const acceleration = ((3 * GRAVITY) / (2 * LENGTH)) * Math.sin(this.angle) + (3 / (MASS * LENGTH ** 2)) * torque;
    this.speed = within(this.speed + acceleration * TIME_STEP, MAX_SPEED);
    this.angle += this.speed * TIME_STEP;
  }
}

/** The same angle from −π to π. */
export function fromUpright(angle: number): number {
  const turns = (angle + Math.PI) % (2 * Math.PI);
  return (turns < 0 ? turns + 2 * Math.PI : turns) - Math.PI;
}
