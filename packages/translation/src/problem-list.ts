import type { Metadata, ResourceRecord } from '@silverback/cluster-state';
import type { Code, FileLocation, Problem, ResourceReference } from '@silverback/errors';

/** What a translator says of a problem; the resource is known. */
export interface Finding {
  readonly field?: string;
  readonly entity?: string;
  /** What is wrong, with the values that matter. Never holds a secret. */
  readonly message: string;
  /** What was done instead, as in "the path is left out". */
  readonly action: string;
}

/** Collects the problems of one resource, in the order in which they are found. */
export class ProblemList {
  readonly problems: Problem[] = [];
  readonly #resource: ResourceReference;
  readonly #location: FileLocation | undefined;

  constructor(resource: ResourceReference, location?: FileLocation) {
    this.#resource = resource;
    this.#location = location;
  }

  /** A list for the resource of a record, with what the projection of the record found. */
  static ofRecord(record: ResourceRecord): ProblemList {
    const list = new ProblemList(referenceTo(record.kind, record.metadata), record.location);
    for (const { field, message } of record.invalidFields) {
      list.error('ManifestFieldInvalid', {
        field,
        message,
        action: 'the part that it belongs to is left out',
      });
    }
    return list;
  }

  /** Something is not served as written. */
  error(code: Code, finding: Finding): void {
    this.#add(code, 'error', finding);
  }

  /** Something is served, but deserves a look. */
  warning(code: Code, finding: Finding): void {
    this.#add(code, 'warning', finding);
  }

  /** Like {@link error}, where several parts of a resource can have the same problem. */
  errorOnce(code: Code, finding: Finding): void {
    if (!this.#has(code, finding)) this.error(code, finding);
  }

  /** Like {@link warning}, where several parts of a resource can have the same problem. */
  warningOnce(code: Code, finding: Finding): void {
    if (!this.#has(code, finding)) this.warning(code, finding);
  }

  #has(code: Code, { field, message }: Finding): boolean {
    return this.problems.some(
      (problem) => problem.code === code && problem.field === field && problem.message === message,
    );
  }

  #add(code: Code, severity: Problem['severity'], finding: Finding): void {
    const location = this.#location === undefined ? {} : { location: this.#location };
    this.problems.push({ code, severity, resource: this.#resource, ...location, ...finding });
  }
}

/** Names the object that a record stands for. */
export function referenceTo(kind: string, metadata: Metadata): ResourceReference {
  const { namespace, name, uid } = metadata;
  return uid === '' ? { kind, namespace, name } : { kind, namespace, name, uid };
}
