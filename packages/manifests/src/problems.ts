import {
  keyOf,
  SUPPORTED_KINDS,
  type IgnoredObject,
  type ProjectionFailure,
  type ResourceRecord,
} from '@silverback/cluster-state';
import type { FileLocation, Problem } from '@silverback/errors';

import type { ParseMistake } from './yaml-documents.ts';

const KEPT = 'its last good objects stay in use';
const LEFT_OUT = 'it is left out';

/** @param kept - whether the file has last good objects */
export function unreadableFile(file: string, reason: string, kept: boolean): Problem {
  return {
    code: 'ManifestFileUnreadable',
    severity: 'error',
    location: { file, line: 1 },
    message: `the file can not be read: ${reason}`,
    action: kept ? KEPT : LEFT_OUT,
  };
}

/** @param kept - whether the file has last good objects */
export function unparsableFile(file: string, mistake: ParseMistake, kept: boolean): Problem {
  const { line, column, reason } = mistake;
  return {
    code: 'ManifestUnparsable',
    severity: 'error',
    location: { file, line },
    message: `the file can not be parsed at line ${line}, column ${column}: ${reason}`,
    action: kept ? KEPT : LEFT_OUT,
  };
}

/** @param kept - whether the object has a last good form */
export function invalidObject(failure: ProjectionFailure, location: FileLocation, kept: boolean): Problem {
  return {
    code: 'ManifestObjectInvalid',
    severity: 'error',
    ...(failure.resource && { resource: failure.resource }),
    location,
    ...(failure.field !== '' && { field: failure.field }),
    message: failure.message,
    action: kept ? 'its last good form stays in use' : 'the object is left out',
  };
}

export function unsupportedKind(ignored: IgnoredObject, location: FileLocation): Problem {
  const { apiVersion, resource } = ignored;
  return {
    code: 'ManifestKindUnsupported',
    severity: 'warning',
    resource,
    location,
    message: `${apiVersion} ${resource.kind} is none of the kinds that Silverback reads: ${SUPPORTED_KINDS.join(', ')}`,
    action: 'the object is left out',
  };
}

/** @param winner - the definition that counts */
export function duplicateObject(loser: ResourceRecord, winner: ResourceRecord): Problem {
  const { kind, metadata } = loser;
  const place = winner.location ? `${winner.location.file}:${winner.location.line}` : 'another place';
  return {
    code: 'ManifestObjectDuplicate',
    severity: 'error',
    resource: { kind, namespace: metadata.namespace, name: metadata.name },
    ...(loser.location && { location: loser.location }),
    message: `${keyOf(loser)} is defined already in ${place}`,
    action: 'this definition is left out',
  };
}

export function lostDirectory(path: string, reason: string): Problem {
  return {
    code: 'ManifestDirectoryLost',
    severity: 'error',
    message: `the directory ${path} can not be read: ${reason}`,
    action: KEPT,
  };
}

/** @param pollMs - how often the directory is compared instead */
export function unwatchedDirectory(path: string, reason: string, pollMs: number): Problem {
  return {
    code: 'ManifestWatchUnavailable',
    severity: 'warning',
    message: `the directory ${path} can not be watched: ${reason}`,
    action: `it is compared every ${pollMs} ms instead`,
  };
}
