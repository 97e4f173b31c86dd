import { readFileSync } from 'node:fs';
import os from 'node:os';
import { defaultThreads, usableCores } from '@unbraid/checks/node';
import { z } from 'zod';

const machineSchema = z.object({
  /** The processor's model. */
  cpu: z.string(),
  /** Those that the process may use, no more than a container's quota is worth. */
  cores: z.int(),
  /** Of ONNX Runtime, unless a setting says otherwise: `UNBRAID_THREADS`, or else the cores. */
  threads: z.int().optional(),
  memoryGiB: z.number(),
  /** Processes that did independent units, where these were more than one. */
  workers: z.int().optional(),
  os: z.string(),
});

export const environmentSchema = z.object({ versions: z.record(z.string(), z.string()), machine: machineSchema });

/** The machine that a run's numbers and times come from. */
export type Machine = Readonly<z.output<typeof machineSchema>>;

/** Where a part of a run was computed, and by which versions. */
export type Environment = Readonly<z.output<typeof environmentSchema>>;

export function describeMachine(): Machine {
  return {
    cpu: os.cpus()[0]?.model.trim() || 'unknown',
    cores: usableCores(),
    threads: defaultThreads('experiment'),
    memoryGiB: Math.round((os.totalmem() / 2 ** 30) * 10) / 10,
    os: `${os.type()} ${os.release()} ${os.arch()}`,
  };
}

/** Of Node and of Unbraid; the caller adds those of the engines that it runs. */
export function ownVersions(): Record<string, string> {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return { node: process.versions.node, unbraid: version };
}

/** What can change numbers: products add up in an order that depends on the processor. The number of threads changes none. */
function decisive({ versions, machine }: Environment): Record<string, string> {
  const [system = '', , architecture = ''] = machine.os.split(' ');
  return { ...versions, processor: machine.cpu, system: `${system} ${architecture}` };
}

/** `node 20.1.0 → 22.2.0, processor A → B`: what may make numbers of `now` differ from those of `then`; empty where nothing may. */
export function differences(then: Environment, now: Environment): string {
  const [before, after] = [decisive(then), decisive(now)];
  return Object.keys({ ...before, ...after })
    .filter((name) => before[name] !== after[name])
    .map((name) => `${name} ${before[name] ?? 'none'} → ${after[name] ?? 'none'}`)
    .join(', ');
}
