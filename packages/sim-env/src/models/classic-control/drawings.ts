import { type CartPole, TRACK_END } from './cart-pole.ts';
import { GOAL, LEFT_END, type MountainCar, RIGHT_END } from './mountain-car.ts';
import type { Pendulum } from './pendulum.ts';

/** Marks on a sheet of characters, whose lower left is (0, 0). */
function createSheet(width: number, height: number) {
  const rows = Array.from({ length: height }, () => Array.from({ length: width }, () => ' '));
  return {
    put(x: number, y: number, mark: string): void {
      const row = rows[height - 1 - Math.round(y)];
      const column = Math.round(x);
      if (row !== undefined && column >= 0 && column < width) row[column] = mark;
    },
    text: () => `${rows.map((row) => row.join('').trimEnd()).join('\n')}\n`,
  };
}

/** Characters are about twice as high as wide. */
const ASPECT = 2;

/** The track with cart and pole, 49 characters wide. */
export function drawCartPole({ position, angle }: CartPole): string {
  const sheet = createSheet(49, 7);
  const scale = 24 / TRACK_END;
  const middle = 24 + position * scale;
  for (let x = 0; x < 49; x++) sheet.put(x, 0, '─');
  for (let part = 1; part <= 5; part++)
    sheet.put(middle + part * ASPECT * Math.tan(angle), 1 + part, part === 5 ? 'o' : '·');
  for (let x = -2; x <= 2; x++) sheet.put(middle + x, 1, '█');
  return sheet.text();
}

/** The rod around its motor, 21 characters wide. */
export function drawPendulum({ angle }: Pendulum): string {
  const sheet = createSheet(21, 11);
  for (let part = 1; part <= 5; part++)
    sheet.put(10 - ASPECT * part * Math.sin(angle), 5 + part * Math.cos(angle), part === 5 ? 'o' : '·');
  sheet.put(10, 5, '+');
  return sheet.text();
}

/** The hills, the goal and the car, 55 characters wide. */
export function drawMountainCar({ position }: MountainCar): string {
  const sheet = createSheet(55, 11);
  const height = (x: number) => 4.5 + 4.5 * Math.sin(3 * x);
  const columnOf = (x: number) => (54 * (x - LEFT_END)) / (RIGHT_END - LEFT_END);
  for (let column = 0; column < 55; column++) {
    const x = LEFT_END + (column / 54) * (RIGHT_END - LEFT_END);
    sheet.put(column, height(x), '.');
  }
  sheet.put(columnOf(GOAL), height(GOAL) + 1, '⚑');
  sheet.put(columnOf(position), height(position) + 1, '█');
  return sheet.text();
}
