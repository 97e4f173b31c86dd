import { drawCurves } from './curve.ts';
import type { News, Task } from './messages.ts';

const byId = <E extends Element = HTMLElement>(id: string) => document.getElementById(id) as unknown as E;
const [state, threads] = [byId('state'), byId('threads')];
const [start, stop, save] = (['start', 'stop', 'save'] as const).map((id) => byId<HTMLButtonElement>(id)) as [
  HTMLButtonElement,
  HTMLButtonElement,
  HTMLButtonElement,
];
const rate = byId<HTMLInputElement>('rate');
const epochs = byId<HTMLInputElement>('epochs');
const curve = byId<SVGSVGElement>('curve');

const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
const ask = (task: Task): void => worker.postMessage(task);

let losses: { training: number[]; validation: number[] };
/** Epochs of the training that goes on, whatever the field says meanwhile. */
let planned = 1;
let file: Uint8Array<ArrayBuffer> | undefined;

function setRunning(running: boolean): void {
  start.disabled = running;
  stop.disabled = !running;
  save.disabled = running || file === undefined;
}

function hear(news: News): void {
  if ('backend' in news) {
    threads.textContent = `${news.backend}; ${news.isolated ? 'this page is' : 'for more threads serve this page'} cross-origin isolated`;
    setRunning(false);
  } else if ('epoch' in news) {
    losses.training.push(news.training);
    losses.validation.push(news.validation);
    drawCurves(curve, losses, planned);
    state.textContent = `Epoch ${news.epoch}: loss ${news.training.toFixed(4)}, right on ${(100 * news.accuracy).toFixed(1)}% of other points`;
  } else if ('ended' in news) {
    file = news.file;
    state.textContent = `${news.ended === 'trained' ? 'Trained' : 'Stopped'} after epoch ${losses.training.length}, ${news.stepsPerSecond.toFixed(0)} steps a second. ${state.textContent}`;
    setRunning(false);
  } else {
    state.textContent = news.failed;
    setRunning(false);
  }
}

worker.onmessage = ({ data }: MessageEvent<News>) => hear(data);
worker.onerror = ({ message }) => hear({ failed: message });

start.onclick = () => {
  // The browser says which of them can't be taken, and why.
  if (![rate, epochs].every((field) => field.reportValidity())) return;
  planned = epochs.valueAsNumber;
  losses = { training: [], validation: [] };
  setRunning(true);
  state.textContent = 'Compiling …';
  ask({ learningRate: rate.valueAsNumber, epochs: planned });
};
stop.onclick = () => ask('stop');
save.onclick = () => {
  const url = URL.createObjectURL(new Blob([file!], { type: 'application/octet-stream' }));
  Object.assign(document.createElement('a'), { href: url, download: 'spiral.onnx' }).click();
  URL.revokeObjectURL(url);
};
