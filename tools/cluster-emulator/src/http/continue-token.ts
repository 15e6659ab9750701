import { badRequest } from '../api-failure.ts';
import { isObject, textIn, type Json } from '../json.ts';

/** Where a list goes on. */
export interface ContinueToken {
  /** The revision that the list shows; -1: whatever is there now. */
  readonly revision: number;
  /** The key of the last object that was listed. */
  readonly after: string;
}

/** What makes of a key the smallest one after it. */
const NEXT = '\u0000';

/** Writes a token as the API server does: the next key is the smallest one after the last that was listed. */
export function writeContinue({ revision, after }: ContinueToken): string {
  return Buffer.from(
    JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision, start: `${after}${NEXT}` }),
  ).toString('base64url');
}

/**
 * Reads a token.
 *
 * @throws ApiFailure 400 if it is none
 */
export function readContinue(token: string): ContinueToken {
  const parsed = parse(Buffer.from(token, 'base64url').toString());
  if (isObject(parsed)) {
    const revision = parsed['rv'];
    const start = textIn(parsed, 'start');
    if (parsed['v'] === 'meta.k8s.io/v1' && typeof revision === 'number' && start !== undefined)
      return { revision, after: start.endsWith(NEXT) ? start.slice(0, -1) : start };
  }
  throw badRequest('continue key is not valid: incorrect encoded start resourceVersion');
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
