import { DOMParser } from 'linkedom';
import type { DomElement } from './dom.ts';
import { type SvgText, writeSvg } from './svg-text.ts';

/** What is safe to show of a drawing that was found in a file, without its style sheets; undefined where the file is no SVG. */
export function readSvg(text: string): SvgText | undefined {
  const { documentElement } = new DOMParser().parseFromString(text, 'image/svg+xml');
  const root = documentElement as unknown as DomElement | null;
  return root?.localName === 'svg' ? writeSvg(root, { styles: false }) : undefined;
}
