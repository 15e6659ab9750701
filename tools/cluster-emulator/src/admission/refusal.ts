import { badRequest, invalid, type ApiFailure, type FailureCause } from '../api-failure.ts';
import { textIn } from '../json.ts';
import type { Content } from '../store/stored.ts';

/** Collects what is wrong with an object, so that one answer tells all of it. */
export class Refusal {
  readonly #causes: FailureCause[] = [];

  /** A field that must be there. */
  required(field: string, why = ''): void {
    this.#add('FieldValueRequired', `Required value${why === '' ? '' : `: ${why}`}`, field);
  }

  /** A field whose value can't be. */
  invalid(field: string, value: unknown, why: string): void {
    this.#add('FieldValueInvalid', `Invalid value: ${JSON.stringify(value)}: ${why}`, field);
  }

  /** A field whose value is none of those that there are. */
  unsupported(field: string, value: unknown, known: readonly string[]): void {
    const values = known.map((each) => JSON.stringify(each)).join(', ');
    this.#add(
      'FieldValueNotSupported',
      `Unsupported value: ${JSON.stringify(value)}: supported values: ${values}`,
      field,
    );
  }

  /** @throws ApiFailure 422 if anything was wrong */
  check(kind: { readonly group: string; readonly kind: string }, { metadata }: Content): void {
    if (this.#causes.length > 0) throw invalid(kind, textIn(metadata, 'name') ?? '', this.#causes);
  }

  #add(reason: string, message: string, field: string): void {
    this.#causes.push({ reason, message, field });
  }
}

const MICRO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(Z|[+-]\d\d:\d\d)$/;

/**
 * Times of leases and events have exactly six digits after the second: another number of them can't be read.
 *
 * @throws ApiFailure 400
 */
export function checkMicroTime(kind: string, value: unknown): void {
  if (value === undefined || value === null) return;
  if (typeof value === 'string' && MICRO_TIME.test(value)) return;
  throw unreadable(
    kind,
    `parsing time ${JSON.stringify(JSON.stringify(value))} as "2006-01-02T15:04:05.000000Z07:00": cannot parse`,
  );
}

/** A field of another type than the kind has. */
export function unreadable(kind: string, why: string): ApiFailure {
  return badRequest(`${kind} in version "v1" cannot be handled as a ${kind}: ${why}`);
}
