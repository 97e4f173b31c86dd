import type { DomElement } from './dom.ts';

const REFERRING = ['clip-path', 'fill', 'stroke', 'mask', 'filter', 'marker-start', 'marker-mid', 'marker-end'];

/**
 * Makes every identifier in a drawing, and every reference to one, begin with `name-`, because a page holds many drawings. Those that Plot counts as long as a
 * process lives (`plot-clip-12`) are counted anew, so that a figure is the same whatever was drawn before.
 */
export function prefixIds(root: DomElement, name: string): void {
  const elements = [root, ...root.querySelectorAll('*')];
  const counted = countedAnew(elements.flatMap((element) => element.getAttribute('id') ?? []));
  const renamed = (id: string) => `${name}-${counted.get(id) ?? id}`;
  for (const element of elements) {
    const id = element.getAttribute('id');
    if (id) element.setAttribute('id', renamed(id));
    const labels = element.getAttribute('aria-labelledby');
    if (labels) element.setAttribute('aria-labelledby', labels.replaceAll(/\S+/g, renamed));
    for (const attribute of REFERRING) {
      const value = element.getAttribute(attribute);
      if (value)
        element.setAttribute(
          attribute,
          value.replace(/^url\(#([^)]*)/, (_, id) => `url(#${renamed(id)}`),
        );
    }
    for (const attribute of ['href', 'xlink:href']) {
      const value = element.getAttribute(attribute);
      if (value?.startsWith('#')) element.setAttribute(attribute, `#${renamed(value.slice(1))}`);
    }
  }
}

function countedAnew(ids: readonly string[]): ReadonlyMap<string, string> {
  const counts = new Map<string, number>();
  const counted = new Map<string, string>();
  for (const id of ids) {
    const kind = /^(plot-(?:clip|marker|pattern))-\d+$/.exec(id)?.[1];
    if (kind === undefined) continue;
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    counted.set(id, `${kind}-${count}`);
  }
  return counted;
}
