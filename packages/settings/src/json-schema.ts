import { settingsJsonSchema } from './schema.ts';

/** The part of a JSON Schema node that the settings use. */
export interface SchemaNode {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly format?: string;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly items?: SchemaNode;
}

/** The JSON Schema of the settings as a typed tree. */
export function settingsTree(): SchemaNode {
  return settingsJsonSchema();
}

/** The names that are allowed in the object at `path`; empty where no object of known keys stands there. */
export function allowedKeys(tree: SchemaNode, path: readonly PropertyKey[]): readonly string[] {
  let node: SchemaNode | undefined = tree;
  for (const part of path) {
    node = typeof part === 'number' ? node?.items : ownProperty(node?.properties, String(part));
  }
  return Object.keys(node?.properties ?? {});
}

function ownProperty(
  properties: Readonly<Record<string, SchemaNode>> | undefined,
  name: string,
): SchemaNode | undefined {
  return properties !== undefined && Object.hasOwn(properties, name) ? properties[name] : undefined;
}
