import { type Demo, Frame, useTask } from '../frame.tsx';
import { range, seed } from '../settings.ts';

export type GaluTasks = {
  readonly train: {
    readonly input: { readonly k: number };
    readonly progress: number;
    readonly result: { readonly error: number };
  };
};
const settings = { k: range({ label: 'Neurons k', min: 1, max: 40, step: 1, default: 10 }), seed: seed() };
export const galu: Demo<typeof settings, GaluTasks> = {
  name: 'galu',
  title: 'GaLU',
  claim: 'c',
  source: { label: 'arXiv 1906.05032', href: 'https://arxiv.org/abs/1906.05032' },
  settings,
  View({ values, worker, attempt }) {
    const task = useTask(worker, 'train', { k: values.k }, attempt);
    return (
      <Frame
        status={task.status}
        error={task.error}
        readouts={[{ name: 'error', label: 'Error', value: task.result?.error }]}
        tables={[]}
        code=""
        codePrints="x"
      >
        <p>pic</p>
      </Frame>
    );
  },
};
