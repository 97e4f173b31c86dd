import { DOMParser } from 'linkedom';
import type { DomElement } from './dom.ts';
import { figureClass, narrowClass } from './style.ts';
import { type SvgText, writeSvg } from './svg-text.ts';

export interface StoredDrawing extends SvgText {
  /** The same drawing for a narrow screen, where the file holds one. */
  readonly narrow?: string;
}

/** What is safe to show of a drawing that was found in a file, without its style sheets; undefined where the file is no SVG. */
export function readSvg(text: string): StoredDrawing | undefined {
  const { documentElement } = new DOMParser().parseFromString(text, 'image/svg+xml');
  const root = documentElement as unknown as DomElement | null;
  if (root?.localName !== 'svg') return undefined;
  for (const style of root.querySelectorAll('style')) if (isOurs(style)) style.remove();
  const inner = [...root.children].find(isNarrow);
  inner?.remove();
  const wide = writeSvg(root, { styles: false });
  if (inner === undefined) return wide;
  inner.removeAttribute('display');
  const narrow = writeSvg(inner, { styles: false });
  return { ...wide, refused: [...new Set([...wide.refused, ...narrow.refused])], narrow: narrow.text };
}

const isNarrow = (element: DomElement): boolean =>
  element.localName === 'svg' && element.getAttribute('class') === `${figureClass} ${narrowClass}`;

/**
 * A style sheet all of whose rules begin with our figures' class, as this and earlier versions write it. It is left out as any other, for a page
 * has its own, but that is no loss that anyone need hear of.
 */
function isOurs(style: DomElement): boolean {
  const rules = (style.textContent ?? '').replace('@media screen and (prefers-color-scheme: dark) {', '').split('}');
  return rules.every((rule) => rule.trim() === '' || isRuleOfOurs(rule.trim()));
}

/** A rule without its last brace. */
const isRuleOfOurs = (rule: string): boolean =>
  /^\.unbraid-figure\b/.test(rule) && rule.split('{').length === 2 && !rule.includes('@');
