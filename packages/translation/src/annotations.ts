import type { Metadata } from '@silverback/cluster-state';

/** Annotations that more than one file reads. */
export const INGRESS_CLASS = 'kubernetes.io/ingress.class';
export const IS_DEFAULT_CLASS = 'ingressclass.kubernetes.io/is-default-class';
export const PLUGINS = 'konghq.com/plugins';
export const TAGS = 'konghq.com/tags';

/** Kong's own annotations begin with this. */
export const KONG_PREFIX = 'konghq.com/';

/** The path of an annotation in its object, as in `metadata.annotations["konghq.com/tags"]`. */
export function annotationField(name: string): string {
  return `metadata.annotations[${JSON.stringify(name)}]`;
}

/** The items of a list annotation: trimmed, without empty and repeated ones. */
export function listItems(value: string, separator = ','): string[] {
  const items = value.split(separator).map((item) => item.trim());
  return [...new Set(items)].filter((item) => item !== '');
}

/** The items of a list annotation of an object; none without the annotation. */
export function listAnnotation(metadata: Metadata, name: string): readonly string[] {
  const value = metadata.annotations[name];
  return value === undefined ? NONE : listItems(value);
}

/** Shared by all objects without such an annotation, which are most. */
const NONE: readonly string[] = [];

/** `true` and `false` in any letter case; anything else is undefined. */
export function parseBoolean(value: string): boolean | undefined {
  const lower = value.trim().toLowerCase();
  return lower === 'true' ? true : lower === 'false' ? false : undefined;
}

/** A decimal integer between two bounds; anything else is undefined. */
export function parseInteger(value: string, minimum: number, maximum: number): number | undefined {
  const text = value.trim();
  if (!/^-?\d+$/.test(text)) return undefined;
  const number = Number(text);
  return number >= minimum && number <= maximum ? number : undefined;
}
