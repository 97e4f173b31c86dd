import { z } from 'zod';
import type { EnvKind } from '../env-kind.ts';
import type { SpaceDescription } from '../spaces/index.ts';
import { MessageError } from './wire.ts';

/**
 * What clients and the server say to each other: one MessagePack map a message, over a WebSocket with this subprotocol. The server
 * answers requests in their order. Environments come in groups of one kind that step together; a single one is a group of one.
 * Observations and actions travel in batches, as `batch` makes them. An environment of several agents is a group by itself, whose requests end in `-agents`; there
 * every observation and action is a batch of one.
 */
export const SUBPROTOCOL = 'unbraid-env.1';

const id = z.int().min(0);
const handle = z.int().min(1);
/** Environments say themselves which numbers are seeds, and limits, for them. */
const any = z.number();
/** What a model is made with; its environment says what there is. */
const modelArguments = z
  .record(z.string().max(100), z.union([z.number(), z.boolean(), z.string().max(10_000)]))
  .optional();

const requests = z.discriminatedUnion('do', [
  z.strictObject({ id, do: z.literal('list') }),
  z.strictObject({
    id,
    do: z.literal('make'),
    env: z.string().max(200),
    count: z.int().min(1),
    autoreset: z.enum(['next-step', 'same-step', 'disabled']).default('next-step'),
    /** What becomes of an environment whose step throws. */
    onError: z.enum(['throw', 'reset']).default('throw'),
    /** null: no limit, not the environment's own either. */
    maxEpisodeSteps: any.nullable().optional(),
    arguments: modelArguments,
  }),
  z.strictObject({
    id,
    do: z.literal('reset'),
    group: handle,
    /** Of the first environment, the others getting the numbers after it; or one for each. */
    seed: z.union([any, z.array(any.nullable())]).optional(),
    options: z.unknown().optional(),
    /** In place of them, one for each. */
    optionsOfEach: z.array(z.unknown()).optional(),
    mask: z.array(z.boolean()).optional(),
  }),
  z.strictObject({ id, do: z.literal('step'), group: handle, actions: z.unknown() }),
  /** Where a group of one stands, as bytes; and back to there, as a reset goes. */
  z.strictObject({ id, do: z.literal('snapshot'), group: handle }),
  z.strictObject({ id, do: z.literal('restore'), group: handle, snapshot: z.unknown() }),
  z.strictObject({
    id,
    do: z.literal('make-agents'),
    env: z.string().max(200),
    maxEpisodeSteps: any.nullable().optional(),
    arguments: modelArguments,
  }),
  z.strictObject({
    id,
    do: z.literal('reset-agents'),
    group: handle,
    seed: any.optional(),
    options: z.unknown().optional(),
  }),
  /** By agent. In turns one action, of whose turn it is: null of one whose episode has ended. */
  z.strictObject({ id, do: z.literal('step-agents'), group: handle, actions: z.record(z.string(), z.unknown()) }),
  z.strictObject({ id, do: z.literal('observe'), group: handle, agent: z.string() }),
  z.strictObject({ id, do: z.literal('state'), group: handle }),
  z.strictObject({ id, do: z.literal('render'), group: handle }),
  z.strictObject({ id, do: z.literal('close'), group: handle }),
]);

export type Request = z.infer<typeof requests>;
export type RequestOf<K extends Request['do']> = Extract<Request, { do: K }>;

/** What a client writes to ask for something; its connection adds the `id`. */
export type Asking<K extends Request['do']> = { readonly do: K } & Omit<
  Extract<z.input<typeof requests>, { do: K }>,
  'id' | 'do'
>;

/** Infos that say something, each with the number of its environment. */
export type SparseInfos = readonly (readonly [environment: number, info: unknown])[];

/** How things stand after a reset or a step of several agents: an entry for each that is told something. */
export interface AgentsTold {
  /** Those whose episode goes on, or, in turn, who have not yet seen its end. */
  readonly agents: readonly string[];
  /** In turn: whose turn it is; null when all have seen the end. */
  readonly selection?: string | null;
  /** In turn: of whose turn it is. */
  readonly observations: Readonly<Record<string, unknown>>;
  readonly rewards: Readonly<Record<string, number>>;
  /** In turn: since each one's own last action. */
  readonly cumulativeRewards?: Readonly<Record<string, number>>;
  readonly terminations: Readonly<Record<string, boolean>>;
  readonly truncations: Readonly<Record<string, boolean>>;
  /** Those that say something. */
  readonly infos: Readonly<Record<string, unknown>>;
}

/** Replies by what was asked; each also carries the request's `id`. */
export interface Replies {
  readonly list: {
    readonly environments: readonly string[];
    /** Of each in order; null where there is no limit. */
    readonly maxEpisodeSteps: readonly (number | null)[];
    readonly kinds: readonly EnvKind[];
  };
  readonly make: {
    readonly group: number;
    readonly observationSpace: SpaceDescription;
    readonly actionSpace: SpaceDescription;
    readonly maxEpisodeSteps: number | null;
    readonly frames: 'text' | 'image' | null;
  };
  readonly reset: { readonly observations: unknown; readonly infos: SparseInfos };
  readonly step: {
    readonly observations: unknown;
    readonly rewards: Float64Array;
    readonly terminations: Uint8Array;
    readonly truncations: Uint8Array;
    readonly infos: SparseInfos;
  };
  readonly snapshot: { readonly snapshot: Uint8Array };
  readonly restore: { readonly observations: unknown; readonly infos: SparseInfos };
  readonly 'make-agents': {
    readonly group: number;
    readonly kind: Exclude<EnvKind, 'single'>;
    readonly possibleAgents: readonly string[];
    readonly observationSpaces: Readonly<Record<string, SpaceDescription>>;
    readonly actionSpaces: Readonly<Record<string, SpaceDescription>>;
    readonly stateSpace: SpaceDescription | null;
    readonly frames: 'text' | 'image' | null;
  };
  readonly 'reset-agents': AgentsTold;
  readonly 'step-agents': AgentsTold;
  readonly observe: { readonly observation: unknown };
  readonly state: { readonly state: unknown };
  readonly render: { readonly frames: readonly unknown[] };
  readonly close: Record<never, never>;
}

/** `request`: no sense in it; `value`: a value out of its range; `model` and `timeout`: the model's fault; `state`: not now. */
export type ErrorKind = 'request' | 'value' | 'model' | 'timeout' | 'state';

export interface ErrorReply {
  /** null where the request could not be read. */
  readonly id: number | null;
  readonly error: {
    readonly kind: ErrorKind;
    readonly message: string;
    readonly stack?: string;
  };
  /** Which of a group's environments threw, where it has several. */
  readonly environments?: readonly number[];
  /** What the step gave in which environments of a group threw, the others having taken theirs. */
  readonly results?: Replies['step'];
}

/** @throws MessageError saying what is wrong */
export function parseRequest(message: unknown): Request {
  const { success, data, error } = requests.safeParse(message);
  if (success) return data;
  const [issue] = error.issues;
  const place = issue!.path.join('.');
  throw new MessageError(`sim-env: this is no request: ${place === '' ? '' : `${place}: `}${issue!.message}`);
}

/** The id of a message that may be no request. */
export function idOf(message: unknown): number | null {
  if (typeof message !== 'object' || message === null) return null;
  const given = (message as { id?: unknown }).id;
  return typeof given === 'number' ? given : null;
}
