import { isMainThread } from 'node:worker_threads';
import { InternalError } from '@unbraid/checks';
import { processReport } from './process-report.ts';

/** Read by ONNX Runtime when the first session of the process is made. */
const SWITCH = 'ORT_DISABLE_TELEMETRY';
const ADVICE = `set ${SWITCH}=1 in the environment that Node is started with`;
/** For a main thread that is at work to answer, in milliseconds. */
const PATIENCE = 5000;

let settled: Promise<void> | undefined;

/**
 * Keeps ONNX Runtime from sending telemetry: its library for Linux (1.30) otherwise writes a log into the temporary folder and a database into
 * the user's cache with the first session, and uploads. A value that the user gave stays, "0" too. To be awaited before a session is made.
 * @throws InternalError where a worker thread can't reach the process's environment
 */
export function disableTelemetry(): Promise<void> {
  // A value for the whole process: asked for once, in a thread as in the process.
  settled ??= isMainThread ? setHere() : setInMainThread();
  settled.catch(() => {
    settled = undefined;
  });
  return settled;
}

async function setHere(): Promise<void> {
  process.env[SWITCH] ||= '1';
}

/** Whether the process itself has the variable, as its report tells: the main thread may be waiting for this one, and can't be asked then. */
const isSet = (): boolean => Boolean(processReport().environmentVariables?.[SWITCH]);

/** `process.env` of a worker is a copy that no library sees; the inspector of the main thread is the way to the real one. */
async function setInMainThread(): Promise<void> {
  if (isSet()) return;
  // An answer alone doesn't keep the thread alive.
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, failed) => {
    timer = setTimeout(() => failed(new InternalError(`no answer for ${PATIENCE / 1000} s`)), PATIENCE);
  });
  try {
    const { Session } = await import('node:inspector/promises');
    const session = new Session();
    session.connectToMainThread();
    try {
      const expression = `process.env.${SWITCH} ||= '1'`;
      const { exceptionDetails } = await Promise.race([session.post('Runtime.evaluate', { expression }), late]);
      if (exceptionDetails !== undefined) throw new InternalError(exceptionDetails.text);
    } finally {
      session.disconnect();
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `graph: a worker thread can't turn ONNX Runtime's telemetry off (main thread: ${reason}); ${ADVICE}`;
    throw new InternalError(message, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}
