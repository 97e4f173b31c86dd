/** What a curve is drawn from: the losses after each epoch. */
export interface Losses {
  readonly training: readonly number[];
  readonly validation: readonly number[];
}

const [LEFT, RIGHT, TOP, BOTTOM] = [40, 590, 10, 210];

/** Draws both curves into the picture, from 0 up to the largest loss. */
export function drawCurves(picture: SVGSVGElement, { training, validation }: Losses, epochs: number): void {
  const most = Math.max(...training, ...validation);
  const points = (losses: readonly number[]) =>
    losses
      .map(
        (loss, i) =>
          `${LEFT + ((RIGHT - LEFT) * i) / Math.max(1, epochs - 1)},${BOTTOM - ((BOTTOM - TOP) * loss) / most}`,
      )
      .join(' ');
  picture.querySelector('#training')!.setAttribute('points', points(training));
  picture.querySelector('#validation')!.setAttribute('points', points(validation));
  picture.querySelector('#most')!.textContent = Number.isFinite(most) ? most.toFixed(2) : '';
  picture.querySelector('#last')!.textContent = String(epochs);
}
