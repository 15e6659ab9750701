import type { Metadata } from '@silverback/cluster-state';
import { KONG_PREFIX, PLUGINS, TAGS, annotationField, parseBoolean, parseInteger } from './annotations.ts';
import { isHostWithOptionalPort } from './host-names.ts';
import type { ProblemList } from './problem-list.ts';

/** What the annotations of a Service say about its Kong services. */
export interface ServiceSettings {
  protocol: string;
  path?: string;
  /** Only what differs from what Kong takes without it; times are in ms. */
  readonly numbers: { [F in NumberField]?: number };
  hostHeader?: string;
  /** Requests go to the name of the Service instead of to its endpoints. */
  serviceUpstream: boolean;
  /** Annotations without which the connection to the pods would be less protected than is written. */
  readonly unmetProtections: string[];
}

interface ServiceAnnotation {
  /** Writes its part of the settings; returns what is wrong with the value, if it cannot be used. */
  readonly read: (value: string, settings: ServiceSettings) => string | undefined;
  /** Whether ignoring it would leave the connection to the pods less protected. */
  readonly protects: boolean;
}

const PROTOCOLS: ReadonlySet<string> = new Set([
  'http',
  'https',
  'grpc',
  'grpcs',
  'ws',
  'wss',
  'tls',
  'tcp',
  'tls_passthrough',
]);
const PROTOCOLS_WITH_PATH: ReadonlySet<string> = new Set(['http', 'https', 'ws', 'wss']);

/** Kong takes no longer timeouts, in ms. */
const MAX_TIMEOUT = 2 ** 31 - 2;
const MAX_RETRIES = 2 ** 15 - 1;
const DEFAULT_TIMEOUT = 60_000;
const DEFAULT_RETRIES = 5;

type NumberField = 'connect_timeout' | 'read_timeout' | 'write_timeout' | 'retries';

/** A number of the Kong service, left out where it equals what Kong takes without it. */
function numberOf(
  field: NumberField,
  minimum: number,
  maximum: number,
  kongDefault: number,
): ServiceAnnotation {
  return {
    protects: false,
    read: (text, settings) => {
      const value = parseInteger(text, minimum, maximum);
      if (value === undefined) return `must be an integer from ${minimum} to ${maximum}`;
      if (value !== kongDefault) settings.numbers[field] = value;
      return undefined;
    },
  };
}

const ANNOTATIONS: Readonly<Record<string, ServiceAnnotation>> = {
  'konghq.com/connect-timeout': numberOf('connect_timeout', 1, MAX_TIMEOUT, DEFAULT_TIMEOUT),
  'konghq.com/read-timeout': numberOf('read_timeout', 1, MAX_TIMEOUT, DEFAULT_TIMEOUT),
  'konghq.com/write-timeout': numberOf('write_timeout', 1, MAX_TIMEOUT, DEFAULT_TIMEOUT),
  'konghq.com/retries': numberOf('retries', 0, MAX_RETRIES, DEFAULT_RETRIES),
  'konghq.com/protocol': {
    protects: true,
    read: (text, settings) => {
      if (!PROTOCOLS.has(text)) return `must be one of ${[...PROTOCOLS].join(', ')}`;
      settings.protocol = text;
      return undefined;
    },
  },
  'konghq.com/path': {
    protects: false,
    read: (text, settings) => {
      if (!text.startsWith('/') || text.includes('//')) return 'must begin with / and have no empty segment';
      if (!takesPath(settings.protocol)) return `cannot be given for the protocol ${settings.protocol}`;
      settings.path = text;
      return undefined;
    },
  },
  'konghq.com/host-header': {
    protects: false,
    read: (text, settings) => {
      if (!isHostWithOptionalPort(text.trim())) return 'must be a host name';
      settings.hostHeader = text.trim();
      return undefined;
    },
  },
  'ingress.kubernetes.io/service-upstream': {
    protects: false,
    read: (text, settings) => {
      const value = parseBoolean(text);
      if (value === undefined) return 'must be true or false';
      settings.serviceUpstream = value;
      return undefined;
    },
  },
};

/** Annotations that protect the connection to the pods and that nothing reads yet. */
const PROTECTIONS: ReadonlySet<string> = new Set([
  'konghq.com/client-cert',
  'konghq.com/tls-verify',
  'konghq.com/ca-certificates-secrets',
  'konghq.com/ca-certificates-configmaps',
]);

/** Annotations that Kong's own controller knows on a Service, that nothing reads yet, and that protect nothing. */
const NOT_SUPPORTED: ReadonlySet<string> = new Set([
  'konghq.com/override',
  'konghq.com/upstream-policy',
  'konghq.com/tls-verify-depth',
]);

const READ_ELSEWHERE: ReadonlySet<string> = new Set([PLUGINS, TAGS]);

/** Whether a Kong service of this protocol can have a path. */
export function takesPath(protocol: string): boolean {
  return PROTOCOLS_WITH_PATH.has(protocol);
}

/** The settings of a Service without annotations. */
export function defaultServiceSettings(): ServiceSettings {
  return { protocol: 'http', numbers: {}, serviceUpstream: false, unmetProtections: [] };
}

/** Reads the annotations of a Service that concern its Kong services and upstreams. */
export function serviceSettings(metadata: Metadata, problems: ProblemList): ServiceSettings {
  const settings = defaultServiceSettings();
  for (const [name, annotation] of Object.entries(ANNOTATIONS)) {
    const value = metadata.annotations[name];
    const wrong = value === undefined ? undefined : annotation.read(value, settings);
    if (wrong === undefined) continue;
    if (annotation.protects) settings.unmetProtections.push(name);
    problems.error('AnnotationInvalid', {
      field: annotationField(name),
      message: wrong,
      action: annotation.protects ? LEFT_OUT : IGNORED,
    });
  }
  for (const name of Object.keys(metadata.annotations).sort()) readOther(name, metadata, settings, problems);
  return settings;
}

const LEFT_OUT = 'the Service and the routes to it are left out';
const IGNORED = 'the annotation is ignored';

function readOther(name: string, metadata: Metadata, settings: ServiceSettings, problems: ProblemList): void {
  if (!name.startsWith(KONG_PREFIX) || name in ANNOTATIONS || READ_ELSEWHERE.has(name)) return;
  const field = annotationField(name);
  if (PROTECTIONS.has(name)) {
    if (asksForNothing(metadata.annotations[name] ?? '')) return;
    settings.unmetProtections.push(name);
    problems.error('UpstreamTlsNotSupported', { field, message: 'is not supported yet', action: LEFT_OUT });
  } else if (NOT_SUPPORTED.has(name)) {
    problems.warning('AnnotationNotSupported', { field, message: 'is not supported yet', action: IGNORED });
  } else {
    problems.warning('AnnotationUnknown', { field, message: 'has no effect on a Service', action: IGNORED });
  }
}

/** `tls-verify: "false"` is what Kong does anyway, and an empty list names nothing. */
function asksForNothing(value: string): boolean {
  return value.trim() === '' || parseBoolean(value) === false;
}
