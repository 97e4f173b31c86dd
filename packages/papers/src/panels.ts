import type { FigureSpace } from '@unbraid/experiment';

/** px that a panel needs to have its ticks and its name beside those of the next */
const PANEL = 150;
/** px of the axes beside and below panels */
const [BESIDE, BELOW] = [92, 80];

interface Panels {
  readonly fx?: { readonly label: null; readonly domain: readonly string[] };
  readonly fy?: { readonly label: null; readonly domain: readonly string[] };
  readonly height?: number;
  readonly marginRight?: number;
  readonly channel: 'fx' | 'fy';
}

/** Facets of these names: side by side where there is room, else one below the other, their names to the right. */
export function panelsIn({ width }: FigureSpace, names: readonly string[]): Panels {
  const domain = [...new Set(names)];
  if (BESIDE + domain.length * PANEL <= width) return { channel: 'fx', fx: { label: null, domain } };
  const widest = Math.max(...domain.map(({ length }) => length));
  return {
    channel: 'fy',
    fy: { label: null, domain },
    height: BELOW + domain.length * PANEL,
    marginRight: 16 + 7 * widest,
  };
}
