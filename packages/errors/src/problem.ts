import type { Code } from './registry.ts';

/** Names a Kubernetes object. `namespace` is empty for cluster-scoped kinds, `uid` when it is not known. */
export interface ResourceReference {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid?: string;
}

/** A place in a manifest file. */
export interface FileLocation {
  /** Path of the file, as the user named the directory. */
  readonly file: string;
  /** Line on which the object starts, counted from 1. */
  readonly line: number;
}

/**
 * Why a resource, or a part of it, is not programmed as written.
 * A problem is data, not an exception: nothing else is lost because of it.
 */
export interface Problem {
  readonly code: Code;
  /** `error`: something is not served as written. `warning`: it is served, but deserves a look. */
  readonly severity: 'error' | 'warning';
  /** The object that the problem belongs to; absent when a file could not be read as objects at all. */
  readonly resource?: ResourceReference;
  readonly location?: FileLocation;
  /** Path of the field, as in `spec.rules[0].http.paths[1].backend`. */
  readonly field?: string;
  /** Name of the Kong entity, where the problem is about one. */
  readonly entity?: string;
  /** What is wrong, with the values that matter. Never holds a secret. */
  readonly message: string;
  /** What was done instead, as in "the path is left out". */
  readonly action: string;
}

/** `Kind/namespace/name`, or `Kind/name` for cluster-scoped kinds: how a resource is shown to people. */
export function describeResource(resource: ResourceReference): string {
  return resource.namespace === ''
    ? `${resource.kind}/${resource.name}`
    : `${resource.kind}/${resource.namespace}/${resource.name}`;
}

/** A problem as one line: severity, code, place, resource, field, message and what was done instead. */
export function describeProblem(problem: Problem): string {
  const place = problem.location ? `${problem.location.file}:${problem.location.line}: ` : '';
  const resource = problem.resource ? `${describeResource(problem.resource)}: ` : '';
  const field = problem.field ? `${problem.field}: ` : '';
  return `${problem.severity}: ${place}${resource}${field}${problem.message}; ${problem.action} [${problem.code}]`;
}
