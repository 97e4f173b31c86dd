import { type Html, html } from './html.ts';

/** A text whose names stand between backticks, with these set as code; nothing else in it is markup. */
export function prose(text: string): Html[] {
  const parts = text.split(/`([^`\n]+)`/);
  return [
    { markup: parts.map((part, i) => (i % 2 === 0 ? html`${part}` : html`<code>${part}</code>`).markup).join('') },
  ];
}
