import { byteScreen, coroutineRing, plainRing } from '@unbraid/papers/sim-env';
import type { Env } from '@unbraid/sim-env';
import { Pension } from '@unbraid/sim-env/models';
import { blocking } from '@unbraid/sim-env/node';
import { serve } from '../serve.ts';
import type { PensionTask, SimEnvTask } from '../tasks/sim-env.ts';

/** Our side of stepping environments in this process. */

let run: (steps: number) => number;

await serve<SimEnvTask>({
  async prepare(task) {
    if (task.work === 'batched') throw new Error('batches are measured from Python');
    if (task.work === 'pension') run = () => playPension(task);
    else run = stepper(environmentOf(task.work));
    return { version: '@unbraid/sim-env' };
  },
  async run({ steps = 1 }) {
    return { milliseconds: run(steps) };
  },
});

function environmentOf(work: 'coroutine' | 'blocking' | 'screen'): Env {
  if (work === 'coroutine') return coroutineRing() as unknown as Env;
  const make = work === 'blocking' ? plainRing : byteScreen;
  return make({ suspension: blocking() }) as unknown as Env;
}

/** Milliseconds a step. */
function stepper(env: Env): (steps: number) => number {
  env.reset({ seed: 1 });
  return (steps) => {
    const start = performance.now();
    for (let count = 0; count < steps; count++) env.step((count & 1) as never);
    return (performance.now() - start) / steps;
  };
}

/** Milliseconds a step, with those of the resets in them. */
function playPension({ episodes, episodeSteps, retirementAge, actions }: PensionTask): number {
  const env: Env = Pension({ suspension: blocking() }) as unknown as Env;
  const [young, old] = actions.map((action) => Float32Array.of(action));
  env.reset({ seed: 0 });
  let steps = 0;
  const start = performance.now();
  for (let seed = 1; seed <= episodes; seed++) {
    let [observation] = env.reset({ seed });
    for (let count = 0; count < episodeSteps; count++) {
      const age = (observation as unknown as Float32Array)[0]!;
      const [next, , terminated, truncated] = env.step((age < retirementAge ? young : old) as never);
      steps++;
      if (terminated || truncated) break;
      observation = next;
    }
  }
  const milliseconds = (performance.now() - start) / steps;
  env.close();
  return milliseconds;
}
