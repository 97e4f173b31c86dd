import { createRandom } from '../../random.ts';
import { startStateOf } from './start-state.ts';

export const LEFT_END = -1.2;
export const RIGHT_END = 0.6;
/** On the hill to the right. */
export const GOAL = 0.5;
/** The largest, in either direction. */
export const MAX_SPEED = 0.07;
/** What a decision adds to the speed. */
const FORCE = 0.001;
const GRAVITY = 0.0025;

const within = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);

/** −1 to the left, 0 not at all, 1 to the right. */
export type Drive = -1 | 0 | 1;

/**
 * A car between two hills whose engine is too weak for the right one: it has to swing (Moore 1990), with the constants of Gymnasium's MountainCar, without units. It runs
 * until the car is on the hill. `reset(seed)` draws the position from −0.6 to −0.4; the car stands.
 */
export class MountainCar {
  position = 0;
  speed = 0;

  /** @throws EnvError `setting`, for options other than `{ state: [position, speed] }` */
  reset(seed: number, options?: unknown): void {
    const drawn = [-0.6 + 0.2 * createRandom(seed).next(), 0];
    const [position, speed] = startStateOf('MountainCar', options, ['position', 'speed']) ?? drawn;
    [this.position, this.speed] = [position!, speed!];
  }

  get hasArrived(): boolean {
    return this.position >= GOAL && this.speed >= 0;
  }

  /** Both numbers, which are all that it knows. */
  snapshot(): [number, number] {
    return [this.position, this.speed];
  }

  restore(state: [number, number]): void {
    [this.position, this.speed] = state;
  }

  *run(): Generator<unknown, void, unknown> {
    do this.roll(yield* this.drive());
    while (!this.hasArrived);
  }

  /** The driver's. By its own rule always where the car is going. */
  // biome-ignore lint/correctness/useYield: it decides on the spot; who decides in its place may suspend
  *drive(): Generator<unknown, Drive, unknown> {
    return this.speed < 0 ? -1 : 1;
  }

  private roll(drive: Drive): void {
    const gain = drive * FORCE + Math.cos(3 * this.position) * -GRAVITY;
    this.speed = within(this.speed + gain, -MAX_SPEED, MAX_SPEED);
    this.position = within(this.position + this.speed, LEFT_END, RIGHT_END);
    // The wall at the left stops it.
    if (this.position === LEFT_END && this.speed < 0) this.speed = 0;
  }
}
