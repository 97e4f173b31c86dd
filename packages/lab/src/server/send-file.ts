import type { FileHandle } from 'node:fs/promises';
import { openRegular } from '../runs/open-regular.ts';
import { notFound } from './failure.ts';

const PIECE_BYTES = 2 ** 16;

/** What no page may do with a file of a run, should it be looked at instead of kept. */
const NOTHING = "default-src 'none'; sandbox";

/**
 * A file of a run as a download.
 * @param path made of names that the run's own lists hold
 * @param name that it is kept under
 * @throws HTTPException 404 where it isn't there, or is a link
 */
export async function sendDownload(path: string, name: string): Promise<Response> {
  const file = await openRegular(path);
  if (file === undefined) throw notFound('file');
  const { size } = await file.stat();
  return new Response(streamOf(file, size), {
    headers: {
      'Content-Type': 'application/octet-stream',
      'Content-Length': String(size),
      'Content-Disposition': disposition(name),
      'Content-Security-Policy': NOTHING,
      'Cache-Control': 'no-store',
    },
  });
}

/** Letters and digits of ASCII as they are; the whole name by RFC 8187. */
const disposition = (name: string): string =>
  `attachment; filename="${name.replaceAll(/[^\w.-]/g, '_')}"; filename*=UTF-8''${encodeURIComponent(name).replaceAll(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)}`;

/** As many bytes as it has now, though it may grow meanwhile; read when there is room for them. */
function streamOf(file: FileHandle, size: number): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    async pull(controller) {
      const buffer = new Uint8Array(Math.min(PIECE_BYTES, size - at));
      const { bytesRead } = at < size ? await file.read(buffer, 0, buffer.length, at) : { bytesRead: 0 };
      at += bytesRead;
      if (bytesRead > 0) return controller.enqueue(buffer.subarray(0, bytesRead));
      await file.close();
      controller.close();
    },
    cancel: () => file.close(),
  });
}
