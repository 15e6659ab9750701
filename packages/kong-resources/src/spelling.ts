/** `http_path` as `httpPath`. */
export type CamelCase<Name extends string> = Name extends `${infer First}_${infer Rest}`
  ? `${First}${Capitalize<CamelCase<Rest>>}`
  : Name;

/** The same fields, of which Kong writes the names as in `http_path`, as the resources of Kubernetes write them. */
export function camelCase<T extends object>(fields: T): { [K in keyof T & string as CamelCase<K>]: T[K] } {
  const spelt = Object.entries(fields).map(([name, field]) => [
    name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    field as unknown,
  ]);
  return Object.fromEntries(spelt) as { [K in keyof T & string as CamelCase<K>]: T[K] };
}
