import { CODES, type Code } from './registry.ts';

/** What a {@link SilverbackError} says beside its code. */
export interface ErrorDetails {
  /** What happened, in one sentence with the values that matter. Never holds a secret. */
  readonly message: string;
  /** Where it happened: a file, a settings path, a proxy's address. */
  readonly where?: string;
  /** The error that led to this one. */
  readonly cause?: unknown;
}

/**
 * The one error type of Silverback. Its `code` is stable and stands in the registry; the `advice` comes from there.
 */
export class SilverbackError extends Error {
  override readonly name = 'SilverbackError';
  readonly code: Code;
  readonly where: string | undefined;
  readonly advice: string;

  constructor(code: Code, details: ErrorDetails) {
    super(details.message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.where = details.where;
    this.advice = CODES[code].advice;
  }

  /** The error as a person should read it: code, place, message and advice on one line. */
  describe(): string {
    const place = this.where === undefined ? '' : `${this.where}: `;
    return `${this.code}: ${place}${this.message} (${this.advice})`;
  }
}

/**
 * Whether `error` is a {@link SilverbackError}, optionally one with the given code.
 *
 * @param error - anything that was thrown
 * @param code - the code to look for; without it any code will do
 */
export function isSilverbackError(error: unknown, code?: Code): error is SilverbackError {
  return error instanceof SilverbackError && (code === undefined || error.code === code);
}
