import { isList, isObject, objectIn, type JsonObject } from '../json.ts';
import { objectShape, PLAIN, type Shape } from './shape.ts';

/** How the fields of a custom resource are put together, as its OpenAPI schema says. */
export function shapeOfSchema(schema: JsonObject): Shape {
  const { fields: own = {} } = shapeOf(schema);
  const { fields: standard = {} } = objectShape(own['spec'] ?? PLAIN, own['status'] ?? PLAIN);
  return { fields: { ...own, ...standard } };
}

function shapeOf(schema: JsonObject): Shape {
  const properties = Object.entries(objectIn(schema, 'properties'));
  const fields = Object.fromEntries(
    properties.map(([field, child]) => [field, isObject(child) ? shapeOf(child) : PLAIN]),
  );
  const item = schema['items'] ?? schema['additionalProperties'];
  return {
    ...(schema['x-kubernetes-map-type'] === 'atomic' && { isAtomic: true }),
    ...listOf(schema),
    ...(properties.length > 0 && { fields }),
    ...(isObject(item) && { items: shapeOf(item) }),
  };
}

function listOf(schema: JsonObject): Pick<Shape, 'list'> {
  const type = schema['x-kubernetes-list-type'];
  if (type === 'set') return { list: 'set' };
  const keys = schema['x-kubernetes-list-map-keys'];
  if (type !== 'map' || !isList(keys)) return {};
  return { list: keys.filter((key) => typeof key === 'string') };
}
