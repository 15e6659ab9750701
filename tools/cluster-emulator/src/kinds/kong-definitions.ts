import type { KubernetesObject } from '../cluster-objects.ts';
import type { JsonObject } from '../json.ts';

interface Row {
  readonly group?: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly shortNames?: readonly string[];
  readonly isClusterWide?: boolean;
  readonly hasStatus?: boolean;
  /** Columns after the name, with their JSON paths. */
  readonly columns?: Readonly<Record<string, string>>;
}

const KONG = 'configuration.konghq.com';

const PROGRAMMED = { Programmed: '.status.conditions[?(@.type=="Programmed")].status' };

const ROWS: readonly Row[] = [
  {
    version: 'v1',
    kind: 'KongPlugin',
    plural: 'kongplugins',
    shortNames: ['kp'],
    columns: { 'Plugin-Type': '.plugin', ...PROGRAMMED },
  },
  {
    version: 'v1',
    kind: 'KongClusterPlugin',
    plural: 'kongclusterplugins',
    shortNames: ['kcp'],
    isClusterWide: true,
    columns: { 'Plugin-Type': '.plugin', ...PROGRAMMED },
  },
  {
    version: 'v1',
    kind: 'KongConsumer',
    plural: 'kongconsumers',
    shortNames: ['kc'],
    columns: { Username: '.username', ...PROGRAMMED },
  },
  { version: 'v1', kind: 'KongIngress', plural: 'kongingresses', shortNames: ['ki'] },
  {
    version: 'v1beta1',
    kind: 'KongConsumerGroup',
    plural: 'kongconsumergroups',
    shortNames: ['kcg'],
    columns: PROGRAMMED,
  },
  { version: 'v1beta1', kind: 'KongUpstreamPolicy', plural: 'kongupstreampolicies', shortNames: ['kup'] },
  { version: 'v1beta1', kind: 'TCPIngress', plural: 'tcpingresses' },
  { version: 'v1beta1', kind: 'UDPIngress', plural: 'udpingresses' },
  {
    version: 'v1alpha1',
    kind: 'KongVault',
    plural: 'kongvaults',
    shortNames: ['kv'],
    isClusterWide: true,
    columns: { 'Backend Type': '.spec.backend', Prefix: '.spec.prefix', ...PROGRAMMED },
  },
  {
    version: 'v1alpha1',
    kind: 'KongLicense',
    plural: 'konglicenses',
    shortNames: ['kl'],
    isClusterWide: true,
  },
  {
    version: 'v1alpha1',
    kind: 'KongCustomEntity',
    plural: 'kongcustomentities',
    shortNames: ['kce'],
    columns: PROGRAMMED,
  },
  {
    version: 'v1alpha1',
    kind: 'IngressClassParameters',
    plural: 'ingressclassparameterses',
    hasStatus: false,
  },
  {
    group: 'incubator.ingress-controller.konghq.com',
    version: 'v1alpha1',
    kind: 'KongServiceFacade',
    plural: 'kongservicefacades',
    columns: PROGRAMMED,
  },
  {
    group: 'gateway.networking.k8s.io',
    version: 'v1beta1',
    kind: 'ReferenceGrant',
    plural: 'referencegrants',
    hasStatus: false,
  },
];

/**
 * CustomResourceDefinitions of the kinds of Kong and of ReferenceGrant, for who only needs them to be there: they allow
 * any field, and conditions are told apart by their type. A cluster that holds the real definitions refuses more.
 */
export function kongDefinitions(): KubernetesObject[] {
  return ROWS.map(definitionOf);
}

function definitionOf(row: Row): KubernetesObject {
  const { group = KONG, version, kind, plural, shortNames, isClusterWide, hasStatus = true, columns } = row;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: isClusterWide === true ? 'Cluster' : 'Namespaced',
      names: {
        kind,
        listKind: `${kind}List`,
        plural,
        singular: kind.toLowerCase(),
        categories: ['kong-ingress-controller'],
        ...(shortNames && { shortNames }),
      },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          schema: { openAPIV3Schema: SCHEMA },
          ...(hasStatus && { subresources: { status: {} } }),
          ...(columns && { additionalPrinterColumns: columnsOf(columns) }),
        },
      ],
    },
  };
}

function columnsOf(columns: Readonly<Record<string, string>>): JsonObject[] {
  const given = Object.entries(columns).map(([name, jsonPath]) => ({ name, jsonPath, type: 'string' }));
  return [...given, { name: 'Age', jsonPath: '.metadata.creationTimestamp', type: 'date' }];
}

const SCHEMA: JsonObject = {
  type: 'object',
  'x-kubernetes-preserve-unknown-fields': true,
  properties: {
    status: {
      type: 'object',
      'x-kubernetes-preserve-unknown-fields': true,
      properties: {
        conditions: {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['type'],
          items: {
            type: 'object',
            required: ['lastTransitionTime', 'message', 'reason', 'status', 'type'],
            properties: {
              type: { type: 'string', maxLength: 316 },
              status: { type: 'string', enum: ['True', 'False', 'Unknown'] },
              observedGeneration: { type: 'integer', minimum: 0 },
              lastTransitionTime: { type: 'string', format: 'date-time' },
              reason: { type: 'string', minLength: 1, maxLength: 1024 },
              message: { type: 'string', maxLength: 32_768 },
            },
          },
        },
      },
    },
  },
};
