import type { StatusForm } from './kinds.ts';
import type { StructuralSchema } from './schema.ts';

const text: StructuralSchema = { type: 'string' };

/** metav1.Condition. */
const conditions: StructuralSchema = {
  description: 'What became of the object, told apart by type.',
  type: 'array',
  maxItems: 8,
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['type'],
  items: {
    type: 'object',
    required: ['lastTransitionTime', 'message', 'reason', 'status', 'type'],
    properties: {
      type: { description: 'As in `Programmed`.', type: 'string', maxLength: 316 },
      status: { type: 'string', enum: ['True', 'False', 'Unknown'] },
      observedGeneration: {
        description: 'The generation of the object that the condition is about.',
        type: 'integer',
        format: 'int64',
        minimum: 0,
      },
      lastTransitionTime: {
        description: 'When the status last changed.',
        type: 'string',
        format: 'date-time',
      },
      reason: {
        description: 'Why, in one word for programs.',
        type: 'string',
        minLength: 1,
        maxLength: 1024,
        pattern: '^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$',
      },
      message: { description: 'Why, for people.', type: 'string', maxLength: 32_768 },
    },
  },
};

/** KongLicense: several controllers may serve one licence. */
const controllers: StructuralSchema = {
  description: 'What became of the licence, by controller.',
  type: 'array',
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['controllerName'],
  items: {
    type: 'object',
    required: ['controllerName'],
    properties: {
      controllerName: { description: 'Who says so.', type: 'string' },
      controllerRef: {
        description: 'An object that stands for the controller.',
        type: 'object',
        required: ['name'],
        properties: { group: text, kind: text, namespace: text, name: text },
      },
      conditions,
    },
  },
};

/** Gateway API, GEP-713: PolicyStatus. */
const ancestors: StructuralSchema = {
  description: 'What became of the policy at each object that uses it.',
  type: 'array',
  maxItems: 16,
  items: {
    type: 'object',
    required: ['ancestorRef', 'controllerName'],
    properties: {
      ancestorRef: {
        description: 'The object that uses the policy.',
        type: 'object',
        required: ['name'],
        properties: {
          group: text,
          kind: text,
          namespace: text,
          name: text,
          sectionName: text,
          port: { type: 'integer', format: 'int32' },
        },
      },
      controllerName: { description: 'Who says so.', type: 'string' },
      conditions,
    },
  },
};

/** As in the status of an Ingress of Kubernetes. */
const loadBalancer: StructuralSchema = {
  description: 'The addresses under which proxies take connections.',
  type: 'object',
  properties: {
    ingress: {
      type: 'array',
      'x-kubernetes-list-type': 'atomic',
      items: {
        type: 'object',
        properties: {
          ip: text,
          ipMode: text,
          hostname: text,
          ports: {
            type: 'array',
            'x-kubernetes-list-type': 'atomic',
            items: {
              type: 'object',
              required: ['error', 'port', 'protocol'],
              properties: { error: text, port: { type: 'integer', format: 'int32' }, protocol: text },
            },
          },
        },
      },
    },
  },
};

const PROPERTIES: Readonly<Record<Exclude<StatusForm, 'none'>, StructuralSchema['properties']>> = {
  // Some controllers of Kong write what Konnect says of the object beside the conditions.
  conditions: {
    conditions,
    konnect: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  },
  controllers: { controllers },
  ancestors: { ancestors },
  addresses: { loadBalancer },
};

/** The schema of what controllers write into the status; undefined for kinds without one. */
export function statusSchema(form: StatusForm): StructuralSchema | undefined {
  if (form === 'none') return undefined;
  const properties = PROPERTIES[form];
  return {
    description: 'What became of the object; written by controllers.',
    type: 'object',
    ...(properties && { properties }),
  };
}
