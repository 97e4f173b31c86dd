import { signal } from '@preact/signals';

export type Theme = 'system' | 'light' | 'dark';

const KEY = 'unbraid-theme';
const isTheme = (text: string | null): text is Theme => text === 'light' || text === 'dark' || text === 'system';

/** A browser may refuse to keep anything. */
function stored(): Theme {
  try {
    const text = localStorage.getItem(KEY);
    return isTheme(text) ? text : 'system';
  } catch {
    return 'system';
  }
}

/** What the reader has chosen. */
export const theme = signal<Theme>(stored());

const darkScreen = matchMedia('(prefers-color-scheme: dark)');
/** Whether the page is dark now; charts draw anew when it changes. */
export const isDark = signal(false);

function apply(): void {
  const chosen = theme.peek();
  document.documentElement.dataset.theme = chosen;
  isDark.value = chosen === 'system' ? darkScreen.matches : chosen === 'dark';
}

/** Follows the system, and the choice that was kept. */
export function startTheme(): void {
  darkScreen.addEventListener('change', apply);
  apply();
}

export function setTheme(next: Theme): void {
  theme.value = next;
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // It holds until the page is closed.
  }
  apply();
}
