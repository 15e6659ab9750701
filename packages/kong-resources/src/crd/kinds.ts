import type { KongKind } from '../definitions.ts';

/** A column of the tables that people see. */
export interface PrinterColumn {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'boolean' | 'date';
  /** As in `.spec.backend`. */
  readonly jsonPath: string;
  /** Above 0 it is shown in wide tables only. */
  readonly priority?: number;
}

/** What the status of a kind says. */
export type StatusForm = 'conditions' | 'controllers' | 'ancestors' | 'addresses' | 'none';

/** What there is to be known of a kind apart from its fields. */
export interface KindDescription {
  readonly group: string;
  /** The one version in which it is served and read. */
  readonly version: string;
  /** Its name in paths, as in `kongplugins`. */
  readonly plural: string;
  readonly scope: 'Namespaced' | 'Cluster';
  readonly shortNames: readonly string[];
  /** For people, as `kubectl explain` shows it. */
  readonly description: string;
  readonly status: StatusForm;
  /** Columns after the name and before the age. */
  readonly columns: readonly PrinterColumn[];
  /** What people are told who write such an object. */
  readonly deprecation?: string;
}

const KONG = 'configuration.konghq.com';

function text(name: string, jsonPath: string, priority?: number): PrinterColumn {
  return { name, type: 'string', jsonPath, ...(priority !== undefined && { priority }) };
}

const PROGRAMMED = [
  text('Programmed', '.status.conditions[?(@.type=="Programmed")].status'),
  text('Reason', '.status.conditions[?(@.type=="Programmed")].reason', 1),
];

const PLUGIN_COLUMNS: readonly PrinterColumn[] = [
  text('Plugin-Type', '.plugin'),
  ...PROGRAMMED,
  { name: 'Disabled', type: 'boolean', jsonPath: '.disabled', priority: 1 },
];

const ADDRESS = [text('Address', '.status.loadBalancer.ingress[*].ip')];

/** The kinds of Kong: groups, versions and names as Kong's own controller has them. */
export const KONG_KINDS: { readonly [K in KongKind]: KindDescription } = {
  KongPlugin: {
    group: KONG,
    version: 'v1',
    plural: 'kongplugins',
    scope: 'Namespaced',
    shortNames: ['kp'],
    description: 'A plugin for the resources of its namespace that name it in `konghq.com/plugins`.',
    status: 'conditions',
    columns: PLUGIN_COLUMNS,
  },
  KongClusterPlugin: {
    group: KONG,
    version: 'v1',
    plural: 'kongclusterplugins',
    scope: 'Cluster',
    shortNames: ['kcp'],
    description:
      'A plugin for resources of all namespaces, or for all requests with the label `global: "true"`.',
    status: 'conditions',
    columns: PLUGIN_COLUMNS,
  },
  KongConsumer: {
    group: KONG,
    version: 'v1',
    plural: 'kongconsumers',
    scope: 'Namespaced',
    shortNames: ['kc'],
    description: 'Somebody who sends requests, with credentials.',
    status: 'conditions',
    columns: [text('Username', '.username'), text('Custom-ID', '.custom_id', 1), ...PROGRAMMED],
  },
  KongConsumerGroup: {
    group: KONG,
    version: 'v1beta1',
    plural: 'kongconsumergroups',
    scope: 'Namespaced',
    shortNames: ['kcg'],
    description: 'A group of consumers, for plugins that treat them alike.',
    status: 'conditions',
    columns: PROGRAMMED,
  },
  KongUpstreamPolicy: {
    group: KONG,
    version: 'v1beta1',
    plural: 'kongupstreampolicies',
    scope: 'Namespaced',
    shortNames: ['kup'],
    description:
      'How requests are spread over the targets of the Services that name it in `konghq.com/upstream-policy`.',
    status: 'ancestors',
    columns: [text('Algorithm', '.spec.algorithm')],
  },
  KongIngress: {
    group: KONG,
    version: 'v1',
    plural: 'kongingresses',
    scope: 'Namespaced',
    shortNames: ['ki'],
    description: 'Settings of upstreams; deprecated, use KongUpstreamPolicy and annotations.',
    status: 'none',
    columns: [],
    deprecation: 'KongIngress is deprecated: use KongUpstreamPolicy and annotations.',
  },
  KongVault: {
    group: KONG,
    version: 'v1alpha1',
    plural: 'kongvaults',
    scope: 'Cluster',
    shortNames: ['kv'],
    description: 'A store of secrets that the configuration of plugins may refer to.',
    status: 'conditions',
    columns: [text('Backend Type', '.spec.backend'), text('Prefix', '.spec.prefix'), ...PROGRAMMED],
  },
  KongLicense: {
    group: KONG,
    version: 'v1alpha1',
    plural: 'konglicenses',
    scope: 'Cluster',
    shortNames: ['kl'],
    description: 'A licence for Kong Enterprise.',
    status: 'controllers',
    columns: [
      { name: 'Enabled', type: 'boolean', jsonPath: '.enabled' },
      text('Programmed', '.status.controllers[*].conditions[?(@.type=="Programmed")].status'),
    ],
  },
  KongCustomEntity: {
    group: KONG,
    version: 'v1alpha1',
    plural: 'kongcustomentities',
    scope: 'Namespaced',
    shortNames: ['kce'],
    description: 'An entity of Kong for which there is no kind of its own.',
    status: 'conditions',
    columns: [text('Entity Type', '.spec.type'), ...PROGRAMMED],
  },
  KongServiceFacade: {
    group: 'incubator.ingress-controller.konghq.com',
    version: 'v1alpha1',
    plural: 'kongservicefacades',
    scope: 'Namespaced',
    shortNames: ['ksf'],
    description: 'A backend of Ingresses that is a Service with plugins and settings of its own.',
    status: 'conditions',
    columns: [
      text('Service', '.spec.backendRef.name'),
      { name: 'Port', type: 'integer', jsonPath: '.spec.backendRef.port' },
      ...PROGRAMMED,
    ],
  },
  IngressClassParameters: {
    group: KONG,
    version: 'v1alpha1',
    plural: 'ingressclassparameterses',
    scope: 'Namespaced',
    shortNames: [],
    description: 'Settings of an IngressClass that names them in `spec.parameters`.',
    status: 'none',
    columns: [{ name: 'Service-Upstream', type: 'boolean', jsonPath: '.spec.serviceUpstream' }],
  },
  TCPIngress: {
    group: KONG,
    version: 'v1beta1',
    plural: 'tcpingresses',
    scope: 'Namespaced',
    shortNames: [],
    description: 'Which Services the connections to ports of the proxies go to.',
    status: 'addresses',
    columns: ADDRESS,
  },
  UDPIngress: {
    group: KONG,
    version: 'v1beta1',
    plural: 'udpingresses',
    scope: 'Namespaced',
    shortNames: [],
    description: 'Which Services the datagrams to ports of the proxies go to.',
    status: 'addresses',
    columns: ADDRESS,
  },
};
