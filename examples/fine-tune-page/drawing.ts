import { CLASSES, type Point } from './points.ts';

export const byId = <E extends Element = HTMLElement>(id: string) => document.getElementById(id) as unknown as E;

/** A disc, a square and a triangle of about the same size. */
const MARKS = ['M-1 0a1 1 0 1 0 2 0a1 1 0 1 0 -2 0', 'M-0.9 -0.9h1.8v1.8h-1.8z', 'M0 -1.2L1.1 0.8H-1.1z'];

function svg(name: string, attributes: Readonly<Record<string, string>>): SVGElement {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

/** A radio button with the mark of its points for each class. */
export function drawClasses(): void {
  const choices = CLASSES.map((name, i) => {
    const label = document.createElement('label');
    const input = Object.assign(document.createElement('input'), { type: 'radio', name: 'class', value: String(i) });
    input.checked = i === 0;
    const picture = svg('svg', { viewBox: '-1.3 -1.3 2.6 2.6', 'aria-hidden': 'true' });
    picture.append(svg('path', { d: MARKS[i]!, class: `class-${i}` }));
    label.append(input, picture, name);
    return label;
  });
  byId('classes').append(...choices);
}

/** The class of the radio button that is on. */
export const chosenClass = (): number =>
  Number(document.querySelector<HTMLInputElement>('input[name="class"]:checked')!.value);

export function drawPoints(points: readonly Point[]): void {
  const marks = points.map(({ x, y, label }) =>
    svg('path', {
      d: MARKS[label]!,
      class: `mark class-${label}`,
      transform: `translate(${x} ${-y}) scale(0.026)`,
    }),
  );
  byId('points').replaceChildren(...marks);
}

/** The place of a click on the plane, both coordinates from -1 to 1. */
export function placeOf(event: MouseEvent): { readonly x: number; readonly y: number } {
  const { left, top, width, height } = byId('points').getBoundingClientRect();
  return { x: (2 * (event.clientX - left)) / width - 1, y: 1 - (2 * (event.clientY - top)) / height };
}

const canvas = byId<HTMLCanvasElement>('regions');
const SIDE = canvas.width;

/** The middles of the regions' pixels, in the order of their pixels. */
export const gridRows = {
  data: Float32Array.from({ length: 2 * SIDE ** 2 }, (_, i) => {
    const pixel = i >> 1;
    return i % 2 === 0 ? (2 * (pixel % SIDE) + 1) / SIDE - 1 : 1 - (2 * Math.floor(pixel / SIDE) + 1) / SIDE;
  }),
  rows: SIDE ** 2,
  cols: 2,
};

/** As the marks of the classes, in red, green and blue. */
const COLOURS = [
  [0, 114, 178],
  [213, 94, 0],
  [0, 158, 115],
];

/** Each pixel in the colour of the class that is likeliest there, paler where that is less sure. */
export function drawRegions(probabilities: Float32Array): void {
  const context = canvas.getContext('2d')!;
  const image = context.createImageData(SIDE, SIDE);
  for (let pixel = 0; pixel < SIDE ** 2; pixel++) {
    const row = [...probabilities.subarray(3 * pixel, 3 * pixel + 3)];
    const most = Math.max(...row);
    image.data.set([...COLOURS[row.indexOf(most)]!, 110 * (1.5 * most - 0.5)], 4 * pixel);
  }
  context.putImageData(image, 0, 0);
}

export function drawLosses(losses: readonly number[]): void {
  const most = Math.max(...losses);
  const at = (loss: number, i: number) =>
    `${40 + (270 * i) / Math.max(losses.length - 1, 1)},${170 - (155 * loss) / most}`;
  byId('loss').setAttribute('points', losses.map(at).join(' '));
  byId('most').textContent = most.toFixed(2);
  byId('last').textContent = String(losses.length);
}
