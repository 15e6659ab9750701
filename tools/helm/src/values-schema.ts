import { settingsJsonSchema } from '@silverback/settings';

/** A part of a JSON Schema. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly [keyword: string]: unknown;
}

const text: Schema = { type: 'string' };
const flag: Schema = { type: 'boolean' };
const name: Schema = { type: 'string', pattern: '^$|^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$' };
const quantity: Schema = { type: ['string', 'integer'], pattern: '^[0-9.]+[a-zA-Z]*$' };
/** A size as nginx reads it. */
const nginxSize: Schema = { type: 'string', pattern: '^[0-9]+[kKmMgG]?$' };
const port: Schema = { type: 'integer', minimum: 1, maximum: 65535 };
/** What Kubernetes checks itself. */
const anything: Schema = { type: 'object' };
const things: Schema = { type: 'array', items: anything };
const texts: Schema = { type: 'object', additionalProperties: text };

function count(minimum: number): Schema {
  return { type: 'integer', minimum };
}

function oneOf(...values: readonly string[]): Schema {
  return { type: 'string', enum: values };
}

/** An object of exactly these properties. */
function object(properties: Readonly<Record<string, Schema>>, required: readonly string[] = []): Schema {
  return {
    type: 'object',
    properties,
    additionalProperties: false,
    ...(required.length > 0 && { required }),
  };
}

const image = object({
  repository: { type: 'string', minLength: 1 },
  tag: text,
  digest: { type: 'string', pattern: '^$|^sha256:[0-9a-f]{64}$' },
  pullPolicy: oneOf('Always', 'IfNotPresent', 'Never'),
});

const disruptions = object({
  enabled: flag,
  maxUnavailable: { type: ['integer', 'string'], pattern: '^[0-9]+%$', minimum: 0 },
});

/** Where pods run, and as what. */
const pod = {
  resources: anything,
  podAnnotations: texts,
  podLabels: texts,
  nodeSelector: texts,
  tolerations: things,
  affinity: anything,
  topologySpreadConstraints: things,
  priorityClassName: text,
  terminationGracePeriodSeconds: count(0),
  podSecurityContext: anything,
};

const credentials: Schema = {
  type: 'object',
  additionalProperties: object({
    secretName: name,
    token: object({ secretName: name, key: { type: 'string', minLength: 1 } }, ['secretName']),
  }),
};

const networkPolicy = object({
  enabled: flag,
  healthFrom: things,
  egress: object({
    enabled: flag,
    apiServerPorts: { type: 'array', items: port },
    adminApiPorts: { type: 'array', items: port },
    extra: things,
  }),
});

const monitoring = object({
  serviceMonitor: object({
    enabled: flag,
    interval: { type: 'string', pattern: '^[0-9]+(ms|s|m|h)$' },
    labels: texts,
  }),
  prometheusRule: object({
    enabled: flag,
    labels: texts,
    alertLabels: texts,
    payloadBytes: count(1),
    staleSeconds: count(1),
    certificateDays: count(1),
  }),
  dashboard: object({ enabled: flag, labels: texts, annotations: texts }),
});

const gateway = object({
  enabled: flag,
  fleet: { type: 'string', minLength: 1 },
  replicaCount: count(0),
  image,
  tls: object({ generate: flag, days: count(1), secretName: name }),
  adminBodySize: nginxSize,
  lmdbMapSize: nginxSize,
  prefixSizeLimit: quantity,
  host: { type: 'string', minLength: 1 },
  routerFlavor: oneOf('traditional_compatible', 'traditional', 'expressions'),
  config: {
    type: 'object',
    propertyNames: { pattern: '^[a-z][a-z0-9_]*$' },
    additionalProperties: { type: ['string', 'number', 'boolean'] },
  },
  env: things,
  proxy: object({
    type: oneOf('LoadBalancer', 'NodePort', 'ClusterIP'),
    annotations: texts,
    externalTrafficPolicy: oneOf('', 'Local', 'Cluster'),
    loadBalancerSourceRanges: { type: 'array', items: text },
    httpPort: port,
    httpsPort: port,
  }),
  ...pod,
  drainSeconds: count(0),
  podDisruptionBudget: disruptions,
  autoscaling: object({
    enabled: flag,
    minReplicas: count(1),
    maxReplicas: count(1),
    targetCPUUtilizationPercentage: count(1),
  }),
});

/** The settings that may stand in values: those of the controller without the ones that the chart sets. */
function settings(): Schema {
  const { properties = {} } = settingsJsonSchema() as Schema;
  const { source, fleets, stateDirectory, health, ...others } = properties;
  if (!source || !fleets || !stateDirectory || !health)
    throw new Error('the settings have changed their names');
  const namespaces = source.properties?.['kubernetes']?.properties?.['namespaces'];
  if (!namespaces) throw new Error('source.kubernetes.namespaces is gone');
  return object(
    { ...others, source: object({ kubernetes: object({ namespaces }) }), fleets: withoutDiscovery(fleets) },
    ['fleets'],
  );
}

/** The chart knows where its own gateway is. */
function withoutDiscovery(fleets: Schema): Schema {
  const required = fleets.items?.required?.filter((field) => field !== 'discovery') ?? [];
  return { ...fleets, items: { ...fleets.items, required } };
}

/** The JSON Schema of the chart's values; Helm refuses what does not match it. */
export function valuesSchema(): Schema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Values of the Silverback chart',
    ...object({
      // Given by Helm to charts that others depend on.
      global: anything,
      nameOverride: name,
      fullnameOverride: { type: 'string', pattern: '^$|^[a-z]([-a-z0-9]{0,48}[a-z0-9])?$' },
      commonLabels: texts,
      replicaCount: count(0),
      image,
      imagePullSecrets: things,
      settings: settings(),
      credentials,
      health: object({ host: { type: 'string', minLength: 1 }, port }),
      env: things,
      extraVolumes: things,
      extraVolumeMounts: things,
      ...pod,
      securityContext: anything,
      state: object({ sizeLimit: quantity, medium: oneOf('', 'Memory') }),
      serviceAccount: object({ create: flag, name, annotations: texts }),
      rbac: object({ create: flag }),
      crds: object({ install: flag }),
      ingressClass: object({ create: flag, default: flag }),
      podDisruptionBudget: disruptions,
      networkPolicy,
      monitoring,
      gateway,
    }),
  };
}
