import { type SchemaNode, settingsTree } from './json-schema.ts';
import { listScalars, type ScalarSetting } from './scalars.ts';

/** One setting, as the reference shows it. */
export interface SettingDescription {
  /** As in `fleets[].name`. */
  readonly path: string;
  /** In words, as in `path` or `duration with unit`; for an enumeration its values. */
  readonly type: string;
  readonly values?: readonly string[];
  readonly isRequired: boolean;
  /** As one would write it in the file; absent without a default. */
  readonly default?: string;
  readonly meaning: string;
  /** The names by which the environment and flags give it; absent for settings in lists. */
  readonly scalar?: ScalarSetting;
}

/** Every setting, in the order of the schema. */
export function describeSettings(): readonly SettingDescription[] {
  const scalars = new Map(listScalars().map((scalar) => [scalar.path, scalar]));
  return settingsBelow(settingsTree(), '', true).map((setting) => {
    const scalar = scalars.get(setting.path);
    return scalar ? { ...setting, scalar } : setting;
  });
}

function settingsBelow(node: SchemaNode, path: string, isRequired: boolean): SettingDescription[] {
  if (node.properties) {
    return Object.entries(node.properties).flatMap(([name, child]) =>
      settingsBelow(child, path === '' ? name : `${path}.${name}`, node.required?.includes(name) ?? false),
    );
  }
  if (node.items?.properties) return settingsBelow(node.items, `${path}[]`, true);
  return [
    {
      path,
      type: typeName(node),
      ...(node.enum && { values: node.enum }),
      isRequired,
      ...(node.default !== undefined && { default: JSON.stringify(node.default).replaceAll('"', '') }),
      meaning: node.description ?? '',
    },
  ];
}

function typeName(node: SchemaNode): string {
  // Only our own formats are words; zod adds some of its own.
  if (node.format !== undefined && !node.format.includes('_')) return node.format;
  return node.type === 'array' ? 'list' : (node.type ?? 'any');
}
