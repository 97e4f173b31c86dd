import { useEffect, useRef, useState } from 'preact/hooks';

/** A figure that Observable Plot draws, as wide as there is room; the figure's drawing changes with `key`s of `of`. */
export function PlotFigure(props: {
  readonly label: string;
  readonly draw: (width: number) => Element;
  /** What the drawing depends on. */
  readonly of: readonly unknown[];
}) {
  const { label, draw, of } = props;
  const host = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const watcher = new ResizeObserver(([entry]) => entry && setWidth(Math.floor(entry.contentRect.width)));
    watcher.observe(host.current!);
    return () => watcher.disconnect();
  }, []);
  useEffect(() => {
    if (width === 0) return;
    const drawn = draw(width);
    // The page's security policy takes styles from files alone; these are in style.css.
    for (const style of drawn.querySelectorAll('style')) style.remove();
    // The figure as a whole says what it is; groups have no role that a name could be of.
    for (const group of drawn.querySelectorAll('g[aria-label]')) group.removeAttribute('aria-label');
    host.current!.replaceChildren(drawn);
  }, [width, ...of]);
  return <div class="plot" role="img" aria-label={label} ref={host} />;
}
