import { useEffect, useState } from 'preact/hooks';
import type { Scheme } from '../colours.ts';
import { useSurroundings } from './demo.ts';

/** Whether the demo is seen on a light or a dark ground, for canvases; drawings of SVG have the variables of the style. Follows changes. */
export function useScheme(): Scheme {
  const { host } = useSurroundings();
  const [scheme, setScheme] = useState<Scheme>(() => schemeOf(host));
  useEffect(() => {
    const look = () => setScheme(schemeOf(host));
    look();
    const query = matchMedia('(prefers-color-scheme: dark)');
    query.addEventListener('change', look);
    // Pages that have a switch of their own set a class, an attribute or a style of their root.
    const observer = new MutationObserver(look);
    observer.observe(document.documentElement, { attributes: true });
    return () => {
      query.removeEventListener('change', look);
      observer.disconnect();
    };
  }, [host]);
  return scheme;
}

/** What `light-dark` comes to where the element is. */
function schemeOf(host: HTMLElement): Scheme {
  const article = host.shadowRoot?.querySelector('article');
  if (!article) return matchMedia('(prefers-color-scheme: dark)').matches && declaresDark() ? 'dark' : 'light';
  const [red = 255] = (getComputedStyle(article).backgroundColor.match(/[\d.]+/g) ?? []).map(Number);
  return red < 128 ? 'dark' : 'light';
}

const declaresDark = () => getComputedStyle(document.documentElement).colorScheme.includes('dark');

/** Whether the user wants nothing to move by itself. Follows changes. */
export function useReducedMotion(): boolean {
  const query = matchMedia('(prefers-reduced-motion: reduce)');
  const [reduced, setReduced] = useState(query.matches);
  useEffect(() => {
    const look = () => setReduced(query.matches);
    query.addEventListener('change', look);
    return () => query.removeEventListener('change', look);
  }, []);
  return reduced;
}
