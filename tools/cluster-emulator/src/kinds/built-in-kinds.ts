import { admitDefinition } from '../admission/definition.ts';
import { admitEvent } from '../admission/event.ts';
import { admitIngress } from '../admission/ingress.ts';
import { admitLease } from '../admission/lease.ts';
import { admitNamespace } from '../admission/namespace.ts';
import { admitSecret } from '../admission/secret.ts';
import { ServiceAdmission } from '../admission/service.ts';
import { BUILT_IN_SHAPES, objectShape } from '../apply/shape.ts';
import { BUILT_IN_COLUMNS } from './built-in-columns.ts';
import { EVENT_CONVERSION } from './event-versions.ts';
import type { Kind } from './kind.ts';

type Row = Pick<Kind, 'kind' | 'plural'> & Partial<Kind>;

const DEPLOYMENT: Row = {
  kind: 'Deployment',
  plural: 'deployments',
  shortNames: ['deploy'],
  categories: ['all'],
  hasStatus: true,
  hasGeneration: true,
};

const EVENT_FIELDS = [
  'involvedObject.kind',
  'involvedObject.namespace',
  'involvedObject.name',
  'involvedObject.uid',
  'reason',
  'type',
];

/** The same objects as the Events of the core group, with newer names of fields. */
const EVENT: Row = {
  kind: 'Event',
  plural: 'events',
  shortNames: ['ev'],
  storage: 'events',
  selectableFields: EVENT_FIELDS,
  createsOnUpdate: true,
  admit: admitEvent,
  conversion: EVENT_CONVERSION,
};

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
        selectableFields: EVENT_FIELDS,
      },
    ],
  ],
  ['apps', 'v1', [DEPLOYMENT]],
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
  ['events.k8s.io', 'v1', [EVENT]],
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

/** The kinds that are served from the start, without definitions. */
export function builtInKinds(): readonly Kind[] {
  return GROUPS.flatMap(([group, version, rows]) => rows.map((row) => builtIn(group, version, row)));
}

/** What is checked and filled in, by kind. */
const ADMISSION: Readonly<Record<string, Kind['admit']>> = {
  Namespace: admitNamespace,
  Secret: admitSecret,
  Ingress: admitIngress,
  Lease: admitLease,
  CustomResourceDefinition: admitDefinition,
};

function builtIn(group: string, version: string, row: Row): Kind {
  const admit = row.kind === 'Service' ? serviceAdmission() : ADMISSION[row.kind];
  return {
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
    columns: BUILT_IN_COLUMNS[row.kind] ?? [],
    ...(admit && { admit }),
    ...row,
  };
}

/** Each API server gives its own cluster addresses. */
function serviceAdmission(): NonNullable<Kind['admit']> {
  const services = new ServiceAdmission();
  return (object, before) => services.admit(object, before);
}
