import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fitVae } from '@unbraid/dynamic-vae';
import type { Runtime } from '@unbraid/graph';
import { nodeFlavour, nodeInferenceSession, nodeRuntime, ortSession } from '@unbraid/graph/node';
import { type ProfileEvent, partsOf } from '../profile.ts';
import { serve } from '../serve.ts';
import { objectiveOf, readVaeTask, type VaeTask } from '../tasks/dynamic-vae.ts';

/** Where the time of our training step goes: `fitVae` in sessions of ONNX Runtime that record what each operator takes. */

let profile: (steps: number) => Promise<Record<string, number>>;

await serve<VaeTask>({
  async prepare(task) {
    const { vae, x, rows, params } = await readVaeTask(task);
    profile = async (steps) => {
      const folder = await mkdtemp(join(tmpdir(), 'unbraid-profile-'));
      const { runtime, end } = recordingRuntime(task.threads, folder);
      const { seconds } = await fitVae({
        vae,
        images: (batch) => batch.set(x),
        objective: objectiveOf(task),
        steps,
        batchSize: rows,
        learningRate: task.learningRate,
        params,
        // The trainer's session is the last that is made; it ends when the fit returns.
        onStep: ({ step }) => step === steps && end(),
        runtime,
      });
      const events = await readEvents(folder);
      await rm(folder, { recursive: true });
      return partsOf(events, { steps, milliseconds: 1000 * seconds });
    };
    return { version: 'ONNX Runtime’s profile' };
  },
  async run({ steps = 20 }) {
    const figures = await profile(steps);
    return { milliseconds: Object.values(figures).reduce((sum, part) => sum + part, 0), figures };
  },
});

/** Our runtime, but its sessions write profiles into a folder once `end` is called. */
function recordingRuntime(threads: number, folder: string): { runtime: Runtime; end: () => void } {
  // Its profile can be had by the binding that has a call for it.
  const runtime = nodeRuntime({ threads, binding: 'node' });
  const sessions: Awaited<ReturnType<typeof nodeInferenceSession>>[] = [];
  const createSession = async (model: Uint8Array) => {
    const session = await nodeInferenceSession(model, {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      graphOptimizationLevel: 'all',
      logSeverityLevel: 4,
      enableProfiling: true,
      profileFilePrefix: join(folder, 'profile'),
    });
    sessions.push(session);
    return ortSession(session, nodeFlavour());
  };
  return {
    runtime: { ...runtime, backend: { ...runtime.backend, createSession } },
    end() {
      for (const session of sessions) session.endProfiling();
    },
  };
}

async function readEvents(folder: string): Promise<ProfileEvent[]> {
  const files = await readdir(folder);
  const events = await Promise.all(
    files.map(async (file) => JSON.parse(await readFile(join(folder, file), 'utf8')) as ProfileEvent[]),
  );
  return events.flat();
}
