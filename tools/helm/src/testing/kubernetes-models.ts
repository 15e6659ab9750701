import type { RenderedObject } from '../render.ts';

interface Model {
  [field: string]: unknown;
  validate(): void;
}
type ModelClass = new (object: object) => Model;

/**
 * What is wrong with an object according to the OpenAPI definitions of Kubernetes and of the Prometheus Operator, as
 * kubernetes-models has them: types, required fields, enumerations, and fields that do not exist.
 *
 * @throws Error for a kind without a definition
 */
export async function mistakesIn(object: RenderedObject): Promise<readonly string[]> {
  const model = new (await modelOf(object))(object);
  const read = new Set<string>();
  for (const field of Object.keys(object)) model[field] = recording(object[field], field, read);
  const label = `${object.kind}/${object.metadata.name}`;
  try {
    model.validate();
  } catch (error) {
    return [`${label}: ${error instanceof Error ? error.message : String(error)}`];
  }
  // The validators look at every field that they know; what they never looked at does not exist.
  return fieldsOf(object)
    .filter((path) => path.includes('.') && !read.has(path))
    .map((path) => `${label}: there is no field ${path}`);
}

async function modelOf({ apiVersion, kind }: RenderedObject): Promise<ModelClass> {
  const library = apiVersion.startsWith('monitoring.coreos.com/')
    ? '@kubernetes-models/prometheus-operator'
    : 'kubernetes-models';
  const models = (await import(`${library}/${apiVersion}`)) as Readonly<Record<string, ModelClass>>;
  const model = models[kind];
  if (model === undefined) throw new Error(`${library} has no ${apiVersion} ${kind}`);
  return model;
}

/** The same value, which notes the paths of the fields that are looked at. */
function recording(value: unknown, path: string, read: Set<string>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return new Proxy(value, {
    get: (target, key): unknown => {
      const field: unknown = Reflect.get(target, key);
      if (typeof key === 'symbol' || !Object.hasOwn(target, key)) return field;
      read.add(`${path}.${key}`);
      return recording(field, `${path}.${key}`, read);
    },
  });
}

/** The paths of all fields, `spec.ports.0.name`. */
function fieldsOf(value: unknown, path = ''): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, field]) => {
    const below = path === '' ? key : `${path}.${key}`;
    return [below, ...fieldsOf(field, below)];
  });
}
