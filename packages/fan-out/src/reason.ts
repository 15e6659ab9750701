import { isSilverbackError } from '@silverback/errors';
import type { SessionReason } from './events.ts';

/** The code and words of an error that a session can show. Throws on: what is not ours is a bug. */
export function reasonOf(error: unknown): SessionReason {
  if (isSilverbackError(error)) return { code: error.code, message: error.message };
  throw error;
}
