export { betaFigure, klFigure } from './control-figures.ts';
export { type CurvePoint, curvePoints } from './curves.ts';
export { imageAt, reconstructionFigure, type Shown, traversalFigure } from './image-figures.ts';
