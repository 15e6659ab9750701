import type { Metadata } from '@silverback/cluster-state';
import {
  INGRESS_CLASS,
  KONG_PREFIX,
  PLUGINS,
  TAGS,
  annotationField,
  listItems,
  parseBoolean,
  parseInteger,
} from './annotations.ts';
import { isHostWithOptionalPort } from './host-names.ts';
import { faultOfServicePath } from './kong-path.ts';
import type { ProblemList } from './problem-list.ts';
import { PROTOCOLS } from './service-protocols.ts';

/** What the annotations of a Service say about its Kong services. */
export interface ServiceSettings {
  protocol?: string;
  path?: string;
  /** Only what differs from what Kong takes without it; times are in ms. */
  readonly numbers: { [F in NumberField]?: number };
  hostHeader?: string;
  /** Whether requests go to the name of the Service instead of to its endpoints; undefined where nothing is said. */
  serviceUpstream?: boolean;
  /** Name of the Secret with the certificate that Kong shows. */
  clientCertificate?: string;
  verifiesTls?: boolean;
  verifyDepth?: number;
  /** Names of Secrets and ConfigMaps with CA certificates. */
  caSecrets: readonly string[];
  caConfigMaps: readonly string[];
  /** Name of a KongUpstreamPolicy. */
  upstreamPolicy?: string;
  /** Name of a KongIngress. */
  override?: string;
  /** Annotations without which the connection to the pods would be less protected than is written. */
  readonly unmetProtections: string[];
}

interface ServiceAnnotation {
  /** Writes its part of the settings; returns what is wrong with the value, if it cannot be used. */
  readonly read: (value: string, settings: ServiceSettings) => string | undefined;
  /** Whether ignoring it would leave the connection to the pods less protected. */
  readonly protects: boolean;
}

/** Kong takes no longer timeouts, in ms. */
const MAX_TIMEOUT = 2 ** 31 - 2;
const MAX_RETRIES = 2 ** 15 - 1;
const MAX_DEPTH = 64;
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

function booleanOf(field: 'serviceUpstream' | 'verifiesTls', protects: boolean): ServiceAnnotation {
  return {
    protects,
    read: (text, settings) => {
      const value = parseBoolean(text);
      if (value === undefined) return 'must be true or false';
      settings[field] = value;
      return undefined;
    },
  };
}

/** The name of another object; an empty one names nothing. */
function nameOf(
  field: 'clientCertificate' | 'upstreamPolicy' | 'override',
  protects: boolean,
): ServiceAnnotation {
  return {
    protects,
    read: (text, settings) => {
      const [name, ...others] = listItems(text);
      if (others.length > 0) return 'must be one name';
      if (name !== undefined) settings[field] = name;
      return undefined;
    },
  };
}

function namesOf(field: 'caSecrets' | 'caConfigMaps'): ServiceAnnotation {
  return {
    protects: true,
    read: (text, settings) => {
      settings[field] = listItems(text);
      return undefined;
    },
  };
}

export const CLIENT_CERTIFICATE = 'konghq.com/client-cert';
export const TLS_VERIFY = 'konghq.com/tls-verify';
export const TLS_VERIFY_DEPTH = 'konghq.com/tls-verify-depth';
export const CA_SECRETS = 'konghq.com/ca-certificates-secrets';
export const CA_CONFIG_MAPS = 'konghq.com/ca-certificates-configmaps';
export const UPSTREAM_POLICY = 'konghq.com/upstream-policy';
export const OVERRIDE = 'konghq.com/override';
export const PATH = 'konghq.com/path';

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
  [PATH]: {
    protects: false,
    read: (text, settings) => {
      const fault = faultOfServicePath(text);
      if (fault === undefined) settings.path = text;
      return fault;
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
  'ingress.kubernetes.io/service-upstream': booleanOf('serviceUpstream', false),
  [CLIENT_CERTIFICATE]: nameOf('clientCertificate', true),
  [TLS_VERIFY]: booleanOf('verifiesTls', true),
  [TLS_VERIFY_DEPTH]: {
    // A shorter chain is demanded where it cannot be read.
    protects: true,
    read: (text, settings) => {
      const depth = parseInteger(text, 0, MAX_DEPTH);
      if (depth === undefined) return `must be an integer from 0 to ${MAX_DEPTH}`;
      settings.verifyDepth = depth;
      return undefined;
    },
  },
  [CA_SECRETS]: namesOf('caSecrets'),
  [CA_CONFIG_MAPS]: namesOf('caConfigMaps'),
  [UPSTREAM_POLICY]: nameOf('upstreamPolicy', false),
  [OVERRIDE]: nameOf('override', false),
};

const ANNOTATION_LIST = Object.entries(ANNOTATIONS);

const READ_ELSEWHERE: ReadonlySet<string> = new Set([PLUGINS, TAGS, INGRESS_CLASS]);

/** The settings of a Service without annotations. */
export function defaultServiceSettings(): ServiceSettings {
  return { numbers: {}, caSecrets: [], caConfigMaps: [], unmetProtections: [] };
}

/** Reads the annotations of a Service or facade that concern its Kong services and upstreams. */
export function serviceSettings(metadata: Metadata, problems: ProblemList): ServiceSettings {
  const settings = defaultServiceSettings();
  for (const [name, annotation] of ANNOTATION_LIST) {
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
  for (const name of Object.keys(metadata.annotations).sort()) {
    if (!name.startsWith(KONG_PREFIX) || name in ANNOTATIONS || READ_ELSEWHERE.has(name)) continue;
    const field = annotationField(name);
    problems.warning('AnnotationUnknown', { field, message: 'has no effect on a Service', action: IGNORED });
  }
  return settings;
}

/** What is done instead where a protection cannot be had. */
export const LEFT_OUT = 'the Service and the routes to it are left out';

/** What is done instead where a setting cannot be used. */
export const IGNORED = 'the annotation is ignored';
