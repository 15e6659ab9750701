/**
 * How the fields of a kind are put together: what is owned as a whole, and by which keys lists are lists of things.
 * Without a word about it, maps and objects are owned field by field, lists as a whole (as in the API's own schemas).
 */
export interface Shape {
  /** Owned as a whole, though it is an object. */
  readonly isAtomic?: boolean;
  /** A list: its items are told apart by these fields of theirs, or (`set`) are plain values, each at most once. */
  readonly list?: readonly string[] | 'set';
  readonly fields?: Readonly<Record<string, Shape>>;
  /** Of the items of a list, or the values of a map. */
  readonly items?: Shape;
}

/** Nothing is said: objects field by field, lists as a whole. */
export const PLAIN: Shape = {};

/** The shape of a field of an object or map. */
export function fieldShape(shape: Shape, field: string): Shape {
  return shape.fields?.[field] ?? shape.items ?? PLAIN;
}

/** A list whose items are told apart by keys. */
export function keyed(keys: readonly string[], fields: Readonly<Record<string, Shape>> = {}): Shape {
  return { list: keys, items: { fields } };
}

const CONDITIONS = keyed(['type']);

const METADATA: Shape = { fields: { finalizers: { list: 'set' }, ownerReferences: keyed(['uid']) } };

/** The shape of a kind of which only spec and status are described. */
export function objectShape(
  spec: Shape = PLAIN,
  status: Shape = { fields: { conditions: CONDITIONS } },
): Shape {
  return { fields: { metadata: METADATA, spec, status } };
}

const CONTAINERS = keyed(['name'], {
  ports: keyed(['containerPort', 'protocol']),
  env: keyed(['name']),
  volumeMounts: keyed(['mountPath']),
});

const POD_SPEC: Shape = {
  fields: {
    containers: CONTAINERS,
    initContainers: CONTAINERS,
    volumes: keyed(['name']),
    imagePullSecrets: keyed(['name']),
    nodeSelector: { isAtomic: true },
  },
};

/** The shapes of the kinds that Kubernetes itself serves, by kind; conditions are keyed everywhere. */
export const BUILT_IN_SHAPES: Readonly<Record<string, Shape>> = {
  Service: objectShape({ fields: { ports: keyed(['port', 'protocol']), selector: { isAtomic: true } } }),
  Pod: objectShape(POD_SPEC),
  Deployment: objectShape({
    fields: { selector: { isAtomic: true }, template: { fields: { metadata: METADATA, spec: POD_SPEC } } },
  }),
};
