import { join } from 'node:path';
import { figureCss } from '../figures/style.ts';
import { readText } from '../files.ts';
import { runFiles } from '../run/config.ts';
import { checkOutputName } from '../run/output-entries.ts';

/**
 * A figure of a run as an SVG file with nothing but what a drawing needs, whatever the stored one holds, and with the figures' own style sheet.
 * @param name as `outputs.json` lists it
 * @param narrow the drawing for a narrow screen, where there is one
 * @returns undefined where there is no such drawing, or it is no SVG
 * @throws {RunError} for a name that no figure has, and where the file can't be read
 */
export async function readFigure(directory: string, name: string, narrow = false): Promise<string | undefined> {
  checkOutputName('figure', name);
  const text = await readText(join(directory, runFiles.figures, `${name}.svg`));
  if (text === undefined) return undefined;
  const { readSvg } = await import('../figures/stored-svg.ts');
  const drawing = readSvg(text);
  if (drawing === undefined) return undefined;
  const chosen = (narrow ? drawing.narrow : undefined) ?? drawing.text;
  // Values are written without this sign, so the first ends the tag of the root.
  return chosen.replace('>', () => `><style>${figureCss}</style>`);
}
