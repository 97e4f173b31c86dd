import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/** What stays free between a sheet and the edges of the window, in px. */
const AIR = 12;

/** A button that opens a sheet of choices below it. It closes by Escape, and by a press elsewhere. */
export function Menu({ label, children }: { readonly label: string; readonly children: ComponentChildren }) {
  const root = useRef<HTMLDetailsElement>(null);
  const sheet = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const press = ({ target }: PointerEvent) => {
      if (root.current?.open && !root.current.contains(target as Node)) root.current.open = false;
    };
    document.addEventListener('pointerdown', press);
    return () => document.removeEventListener('pointerdown', press);
  }, []);
  const close = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !root.current?.open) return;
    event.stopPropagation();
    root.current.open = false;
    root.current.querySelector('summary')?.focus();
  };
  /** Moves the sheet into the window, wherever its button stands. */
  const place = () => {
    if (!sheet.current || !root.current?.open) return;
    sheet.current.style.translate = '';
    const { left, right } = sheet.current.getBoundingClientRect();
    const wide = document.documentElement.clientWidth;
    const shift = Math.max(AIR - left, Math.min(0, wide - AIR - right));
    sheet.current.style.translate = `${shift}px`;
  };
  return (
    <details class="menu" ref={root} onKeyDown={close} onToggle={place}>
      <summary>{label}</summary>
      <div class="sheet" ref={sheet}>
        {children}
      </div>
    </details>
  );
}
