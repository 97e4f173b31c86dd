import { describe, expect, it } from 'vitest';
import { dark, darkPalette, light, palette } from './palette.ts';

type Rgb = readonly number[];
type Matrix = readonly [Rgb, Rgb, Rgb];

/** Machado, Oliveira, Fernandes 2009, severity 1, on linear RGB. */
const deficiencies: Record<string, Matrix> = {
  none: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

const product = (m: Matrix, v: Rgb) => m.map((row) => row.reduce((sum, x, i) => sum + x * v[i]!, 0));

function linearRgb(hex: string): Rgb {
  const channels = [1, 3, 5].map((i) => Number.parseInt(hex.slice(i, i + 2), 16) / 255);
  return channels.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
}

/** OKLab (Ottosson 2020), where distances are about as large as they look. */
function oklab(rgb: Rgb): Rgb {
  const cones = product(
    [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    rgb,
  );
  return product(
    [
      [0.2104542553, 0.793617785, -0.0040720468],
      [1.9779984951, -2.428592205, 0.4505937099],
      [0.0259040371, 0.7827717662, -0.808675766],
    ],
    cones.map(Math.cbrt),
  );
}

const clamped = (rgb: Rgb) => rgb.map((c) => Math.min(1, Math.max(0, c)));

function seenDistance(a: string, b: string, deficiency: Matrix): number {
  const [p, q] = [a, b].map((hex) => oklab(clamped(product(deficiency, linearRgb(hex)))));
  return Math.hypot(...p!.map((x, i) => x - q![i]!));
}

/** WCAG 2.2's contrast ratio. */
function contrast(a: string, b: string): number {
  const [p, q] = [a, b].map((hex) => product([[0.2126, 0.7152, 0.0722], [], []], linearRgb(hex))[0]! + 0.05);
  return Math.max(p! / q!, q! / p!);
}

describe.each([
  ['light', palette, light],
  ['dark', darkPalette, dark],
] as const)('the palette on a %s ground', (_, colours, { ground, ink }) => {
  it('stands out from the ground', () => {
    for (const colour of colours) expect(contrast(colour, ground)).toBeGreaterThanOrEqual(3);
  });

  it('has ink that reads easily', () => {
    expect(contrast(ink, ground)).toBeGreaterThanOrEqual(7);
  });

  it.each(Object.entries(deficiencies))('keeps every two colours apart under %s', (_, matrix) => {
    for (const [i, a] of colours.entries()) {
      for (const b of colours.slice(0, i)) expect(seenDistance(a, b, matrix)).toBeGreaterThan(0.1);
    }
  });
});

it('has a dark counterpart for every colour', () => {
  expect(darkPalette).toHaveLength(palette.length);
});
