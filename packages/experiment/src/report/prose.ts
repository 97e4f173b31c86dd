import { codeIn } from '../figures/text.ts';
import { type Html, html } from './html.ts';

/** A text whose names stand between backticks, with these set as code; nothing else in it is markup. */
export function prose(text: string): Html[] {
  const pieces = codeIn(text).map((piece) => (piece.code ? html`<code>${piece.text}</code>` : html`${piece.text}`));
  return [{ markup: pieces.map(({ markup }) => markup).join('') }];
}
