import { readFileSync } from 'node:fs';
import { dark, darkPalette, light, palette } from '@unbraid/experiment/palette';
import { expect, it } from 'vitest';

it('has the colours of the reports', () => {
  const css = readFileSync(new URL('base.css', import.meta.url), 'utf8');
  const values = (name: string) => [...css.matchAll(new RegExp(`--${name}: ([^;]+);`, 'g'))].map(([, value]) => value);
  // Light, dark by choice, dark by system.
  expect(values('ground')).toEqual([light.ground, dark.ground, dark.ground]);
  expect(values('ink')).toEqual([light.ink, dark.ink, dark.ink]);
  expect(values('accent')).toEqual([palette[0], darkPalette[0], darkPalette[0]]);
  expect(values('warn')).toEqual([palette[1], darkPalette[1], darkPalette[1]]);
});
