import { BUILT_IN_SHAPES, objectShape } from '../apply/shape.ts';
import type { Kind } from './kind.ts';

type Row = Pick<Kind, 'kind' | 'plural'> & Partial<Kind>;

const GROUPS: readonly (readonly [group: string, version: string, rows: readonly Row[]])[] = [
  [
    '',
    'v1',
    [
      { kind: 'Namespace', plural: 'namespaces', shortNames: ['ns'], isNamespaced: false, hasStatus: true },
      { kind: 'Service', plural: 'services', shortNames: ['svc'], categories: ['all'], hasStatus: true },
      { kind: 'Secret', plural: 'secrets', selectableFields: ['type'] },
      { kind: 'ConfigMap', plural: 'configmaps', shortNames: ['cm'] },
      { kind: 'ServiceAccount', plural: 'serviceaccounts', shortNames: ['sa'] },
      {
        kind: 'Pod',
        plural: 'pods',
        shortNames: ['po'],
        categories: ['all'],
        hasStatus: true,
        selectableFields: ['spec.nodeName', 'status.phase', 'status.podIP'],
      },
      {
        kind: 'Event',
        plural: 'events',
        shortNames: ['ev'],
        createsOnUpdate: true,
        selectableFields: [
          'involvedObject.kind',
          'involvedObject.namespace',
          'involvedObject.name',
          'involvedObject.uid',
          'reason',
          'type',
        ],
      },
    ],
  ],
  ['apps', 'v1', [deployment()]],
  ['discovery.k8s.io', 'v1', [{ kind: 'EndpointSlice', plural: 'endpointslices', hasGeneration: true }]],
  [
    'networking.k8s.io',
    'v1',
    [
      {
        kind: 'Ingress',
        plural: 'ingresses',
        singular: 'ingress',
        shortNames: ['ing'],
        hasStatus: true,
        hasGeneration: true,
      },
      {
        kind: 'IngressClass',
        plural: 'ingressclasses',
        singular: 'ingressclass',
        isNamespaced: false,
        hasGeneration: true,
      },
    ],
  ],
  [
    'coordination.k8s.io',
    'v1',
    [{ kind: 'Lease', plural: 'leases', allowsUnconditionalUpdate: false, createsOnUpdate: true }],
  ],
  [
    'apiextensions.k8s.io',
    'v1',
    [
      {
        kind: 'CustomResourceDefinition',
        plural: 'customresourcedefinitions',
        shortNames: ['crd', 'crds'],
        categories: ['api-extensions'],
        isNamespaced: false,
        hasStatus: true,
        hasGeneration: true,
        allowsUnconditionalUpdate: false,
      },
    ],
  ],
];

function deployment(): Row {
  return {
    kind: 'Deployment',
    plural: 'deployments',
    shortNames: ['deploy'],
    categories: ['all'],
    hasStatus: true,
    hasGeneration: true,
  };
}

/** The kinds that are served from the start, without definitions. */
export const BUILT_IN_KINDS: readonly Kind[] = GROUPS.flatMap(([group, version, rows]) =>
  rows.map((row) => ({
    group,
    version,
    singular: row.kind.toLowerCase(),
    shortNames: [],
    categories: [],
    isNamespaced: true,
    storage: group === '' ? row.plural : `${row.plural}.${group}`,
    selectableFields: [],
    isCustom: false,
    hasStatus: false,
    hasGeneration: false,
    allowsUnconditionalUpdate: true,
    createsOnUpdate: false,
    shape: BUILT_IN_SHAPES[row.kind] ?? objectShape(),
    columns: [],
    ...row,
  })),
);
