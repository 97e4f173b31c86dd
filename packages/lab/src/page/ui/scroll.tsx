import type { ComponentChildren } from 'preact';

/** What may be wider than the page scrolls by itself; keys reach it. */
export function Scroll({ label, children }: { readonly label: string; readonly children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys.
    <section class="scroll" tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}
