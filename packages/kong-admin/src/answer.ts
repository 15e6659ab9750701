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

/** What is put up with of a body that is thrown away. */
export interface Patience {
  /** How long it may be, in bytes. */
  readonly most: number;
  /** How many bytes must come within each `everyMs`. */
  readonly floor: number;
  readonly everyMs: number;
}

/**
 * Throws a body away, so that the connection can be used again. What is too long or comes too slowly is not waited for:
 * then the connection is destroyed, as it is if it breaks, because what the status line says holds anyway.
 */
export async function discard(body: Body, { most, floor, everyMs }: Patience, clock: Clock): Promise<void> {
  let length = 0;
  let cancel: Cancel = () => undefined;
  const watch = (before: number): void => {
    cancel = clock.schedule(everyMs, () => {
      if (length - before < floor) body.destroy();
      else watch(length);
    });
  };
  watch(0);
  try {
    for await (const piece of body) {
      length += piece.byteLength;
      if (length > most) break;
    }
  } catch {
    body.destroy();
  } finally {
    cancel();
  }
}

/** In characters: nginx's own pages have some hundreds. */
const longestPage = 16_384;

/** What an HTML page of nginx or of something in front of Kong says: its title or its text, on one line. */
export function textOfPage(text: string): string {
  const page = text.slice(0, longestPage);
  const title = /<title>([^<]*)/i.exec(page)?.[1] ?? '';
  return (title === '' ? page.replace(/<[^<>]*>/g, ' ') : title).trim();
}

/** Whether the answer is an HTML page: Kong itself answers in JSON, nginx around it in HTML. */
export function isPage(answer: Pick<Answer, 'headers'>): boolean {
  return /^\s*text\/html\b/i.test(answer.headers['content-type'] ?? '');
}
