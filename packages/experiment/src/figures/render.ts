import type { Figure } from '../context.ts';
import { messageOf, RunError } from '../errors.ts';

/**
 * Draws a figure as an SVG file that stands alone: title, legends and plot in one drawing, readable on a light and a
 * dark ground, its title and caption as text alternatives. Identifiers begin with `name`, so that a page can hold many.
 * @throws RunError naming the figure where Observable Plot cannot draw it.
 */
export async function renderFigure(name: string, figure: Figure): Promise<string> {
  // Loaded on demand: Plot and the DOM take a third of a second, which `unbraid list` should not.
  const [plotModule, { drawFigure }] = await Promise.all([import('@observablehq/plot'), import('./draw.ts')]);
  try {
    return drawFigure(name, figure, plotModule);
  } catch (error) {
    throw new RunError(`experiment: figure "${name}" cannot be drawn: ${messageOf(error)}`, { cause: error });
  }
}
