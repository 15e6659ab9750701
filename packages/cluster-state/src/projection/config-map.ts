import type { ConfigMapRecord } from '../records.ts';
import type { ObjectReader } from './object-reader.ts';
import type { Projected } from './projected.ts';

/** v1 ConfigMap, without its binary values. */
export function projectConfigMap(object: ObjectReader): Projected<ConfigMapRecord> {
  const data = Object.create(null) as Record<string, string>;
  const given = object.object('data');
  for (const key of given?.keys() ?? []) {
    const value = given?.text(key);
    if (value !== undefined) data[key] = value;
  }
  return { data };
}
