import type { Answer, Task } from './messages.ts';

const byId = <E extends HTMLElement>(id: string) => document.getElementById(id) as E;
const table = byId<HTMLTextAreaElement>('table');
const state = byId('state');
const ticks = byId('ticks');

// Points inside and outside of a circle, for a beginning.
const lines = Array.from({ length: 400 }, (_, i) => {
  const [a, b] = [2 * Math.sin(12.9898 * i), 2 * Math.sin(78.233 * i)];
  return `${a.toFixed(3)},${b.toFixed(3)},${Math.hypot(a, b) < 1.5 ? 'inside' : 'outside'}`;
});
table.value = ['a,b,kind', ...lines].join('\n');

const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
worker.onmessage = ({ data }: MessageEvent<Answer>) => {
  state.textContent =
    'failed' in data
      ? data.failed
      : `Right on ${(100 * data.accuracy).toFixed(1)}% of the ${data.rows} rows it learnt from: ${data.classes.join(', ')}`;
};
byId('train').onclick = () => {
  state.textContent = 'Training …';
  worker.postMessage({ table: table.value } satisfies Task);
};
setInterval(() => {
  ticks.textContent = String(Number(ticks.textContent) + 1);
}, 20);
