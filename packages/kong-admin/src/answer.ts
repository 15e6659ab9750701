import type { IncomingHttpHeaders } from 'node:http';
import type { Cancel, Clock } from '@silverback/clock';
import { SilverbackError } from '@silverback/errors';

/** An answer that has been read completely. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

type Body = AsyncIterable<Uint8Array> & { destroy(): unknown };

/**
 * Reads a body as text.
 *
 * @throws SilverbackError `AdminAnswerTooLarge` for more than `limit` bytes; the connection is then destroyed
 */
export async function readText(body: Body, limit: number, address: string): Promise<string> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of body) {
    length += piece.byteLength;
    if (length > limit) {
      throw new SilverbackError('AdminAnswerTooLarge', {
        message: `the answer is larger than ${limit} bytes`,
        where: address,
      });
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

/**
 * Throws a body away, so that the connection can be used again. What is too long or takes too long is not waited for:
 * then the connection is destroyed, as it is if it breaks, because what the status line says holds anyway.
 */
export async function discard(body: Body, limit: number, timeoutMs: number, clock: Clock): Promise<void> {
  const cancel: Cancel = clock.schedule(timeoutMs, () => {
    body.destroy();
  });
  let length = 0;
  try {
    for await (const piece of body) {
      length += piece.byteLength;
      if (length > limit) break;
    }
  } catch {
    body.destroy();
  } finally {
    cancel();
  }
}

/** What an HTML page of nginx or of something in front of Kong says: its title or its text, on one line. */
export function textOfPage(text: string): string {
  const title = /<title>([^<]*)/i.exec(text)?.[1] ?? '';
  return (title === '' ? text.replace(/<[^>]*>/g, ' ') : title).trim();
}

/** Whether the answer is an HTML page: Kong itself answers in JSON, nginx around it in HTML. */
export function isPage(answer: Answer): boolean {
  return (answer.headers['content-type'] ?? '').startsWith('text/html');
}
