import type { JsonObject } from './json.ts';

/** What a `Status` says besides code, reason and message. */
export interface FailureDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly FailureCause[];
  readonly retryAfterSeconds?: number;
}

/** One of several reasons of one failure. */
export interface FailureCause {
  readonly reason?: string;
  readonly message: string;
  readonly field?: string;
}

/** Which resource, and which object of it, a failure is about. */
export interface Subject {
  readonly group: string;
  readonly plural: string;
}

/** A request that is answered with a `Status` of kind Failure, as Kubernetes does. */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';
  readonly code: number;
  readonly reason: string;
  readonly details: FailureDetails | undefined;
  /** The token of an expired list, with which a client can go on without consistency. */
  readonly continueToken: string | undefined;

  constructor(
    code: number,
    reason: string,
    message: string,
    details?: FailureDetails,
    continueToken?: string,
  ) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
    this.continueToken = continueToken;
  }

  /** The body of the answer. */
  get status(): JsonObject {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: this.continueToken === undefined ? {} : { continue: this.continueToken },
      status: 'Failure',
      message: this.message,
      ...(this.reason !== '' && { reason: this.reason }),
      ...(this.details && { details: this.details as unknown as JsonObject }),
      code: this.code,
    };
  }
}

/** As in `ingresses.networking.k8s.io`, or `secrets`. */
export function qualified({ group, plural }: Subject): string {
  return group === '' ? plural : `${plural}.${group}`;
}

function detailsOf({ group, plural }: Subject, name: string): FailureDetails {
  return { name, ...(group !== '' && { group }), kind: plural };
}

export function badRequest(message: string): ApiFailure {
  return new ApiFailure(400, 'BadRequest', message);
}

export function unauthorized(): ApiFailure {
  return new ApiFailure(401, 'Unauthorized', 'Unauthorized');
}

export function notFound(subject: Subject, name: string): ApiFailure {
  const message = `${qualified(subject)} "${name}" not found`;
  return new ApiFailure(404, 'NotFound', message, detailsOf(subject, name));
}

export function alreadyExists(subject: Subject, name: string): ApiFailure {
  const message = `${qualified(subject)} "${name}" already exists`;
  return new ApiFailure(409, 'AlreadyExists', message, detailsOf(subject, name));
}

export function conflict(subject: Subject, name: string, why: string): ApiFailure {
  const message = `Operation cannot be fulfilled on ${qualified(subject)} "${name}": ${why}`;
  return new ApiFailure(409, 'Conflict', message, detailsOf(subject, name));
}

export function modified(subject: Subject, name: string): ApiFailure {
  return conflict(
    subject,
    name,
    'the object has been modified; please apply your changes to the latest version and try again',
  );
}

/** A refusal by validation; `kind` as in `Ingress.networking.k8s.io`. */
export function invalid(
  kind: { readonly group: string; readonly kind: string },
  name: string,
  causes: readonly FailureCause[],
): ApiFailure {
  const qualifiedKind = kind.group === '' ? kind.kind : `${kind.kind}.${kind.group}`;
  const texts = causes.map(({ field, message }) => (field === undefined ? message : `${field}: ${message}`));
  const words = texts.length === 1 ? (texts[0] ?? '') : `[${texts.join(', ')}]`;
  return new ApiFailure(422, 'Invalid', `${qualifiedKind} "${name}" is invalid: ${words}`, {
    name,
    ...(kind.group !== '' && { group: kind.group }),
    kind: kind.kind,
    causes,
  });
}

export function methodNotAllowed(): ApiFailure {
  return new ApiFailure(
    405,
    'MethodNotAllowed',
    'the server does not allow this method on the requested resource',
    {},
  );
}

export function unsupportedMediaType(accepted: readonly string[]): ApiFailure {
  const message = `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`;
  return new ApiFailure(415, 'UnsupportedMediaType', message);
}

/** What came before `oldest` is no longer known. */
export function tooOld(asked: number, oldest: number): ApiFailure {
  return new ApiFailure(410, 'Expired', `too old resource version: ${asked} (${oldest})`);
}

/** A revision that is not there yet. */
export function tooLarge(asked: number, current: number): ApiFailure {
  return new ApiFailure(504, 'Timeout', `Too large resource version: ${asked}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  });
}
