import { dark, darkPalette, light, palette } from './palette.ts';

/** The look of every figure unless its own specification says otherwise. Lengths in px. */
export const figureStyle = {
  width: 720,
  height: 420,
  marginTop: 30,
  marginRight: 28,
  marginBottom: 46,
  marginLeft: 64,
  grid: true,
} as const;

/** Width of a figure for a narrow screen, in px: a telephone's, less the margins of a page. */
export const narrowWidth = 360;

/** What is otherwise in a figure for a narrow screen. */
export const narrowStyle = { width: narrowWidth, height: 300, marginRight: 16, marginLeft: 52 } as const;

export const figureFont = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif';

/** Class of a figure's root element; every rule below is bound to it, because a report holds many figures. */
export const figureClass = 'unbraid-figure';

/** Class of the drawing for a narrow screen, which stands hidden in the other. */
export const narrowClass = 'narrow';

const swappedColours = palette
  .flatMap((colour, i) =>
    ['fill', 'stroke', 'stop-color'].map(
      (name) => `  .${figureClass} [${name}="${colour}"] { ${name}: ${darkPalette[i]}; }`,
    ),
  )
  .join('\n');

/**
 * Colours follow the reader's theme. They are attributes first, for programs that know no style sheets, and the
 * style sheet exchanges them on a dark screen; paper is always light.
 */
export const figureCss = `
.${figureClass} { --plot-background: ${light.ground}; color: ${light.ink}; max-width: 100%; height: auto; }
.${figureClass} text { white-space: pre; }
@media screen and (prefers-color-scheme: dark) {
  .${figureClass} { --plot-background: ${dark.ground}; color: ${dark.ink}; }
  .${figureClass} .ground { fill: ${dark.ground}; }
${swappedColours}
}
`;
