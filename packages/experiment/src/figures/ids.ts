import type { DomElement } from './dom.ts';

const REFERRING = ['clip-path', 'fill', 'stroke', 'mask', 'filter', 'marker-start', 'marker-mid', 'marker-end'];

/** Makes every identifier in a drawing, and every reference to one, begin with `name-`, because a page holds many drawings. */
export function prefixIds(root: DomElement, name: string): void {
  for (const element of [root, ...root.querySelectorAll('*')]) {
    const id = element.getAttribute('id');
    if (id) element.setAttribute('id', `${name}-${id}`);
    const labels = element.getAttribute('aria-labelledby');
    if (labels) element.setAttribute('aria-labelledby', labels.replaceAll(/\S+/g, `${name}-$&`));
    for (const attribute of REFERRING) {
      const value = element.getAttribute(attribute);
      if (value?.startsWith('url(#')) element.setAttribute(attribute, value.replace('url(#', `url(#${name}-`));
    }
    for (const attribute of ['href', 'xlink:href']) {
      const value = element.getAttribute(attribute);
      if (value?.startsWith('#')) element.setAttribute(attribute, `#${name}-${value.slice(1)}`);
    }
  }
}
