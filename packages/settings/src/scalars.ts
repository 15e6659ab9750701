import { type SchemaNode, settingsTree } from './json-schema.ts';

/** A setting that one text can give: it stands outside arrays, so an environment variable and a flag can name it. */
export interface ScalarSetting {
  /** As in `log.level`. */
  readonly path: string;
  readonly type: 'string' | 'boolean' | 'integer' | 'number';
  readonly description: string;
  readonly isPath: boolean;
  /** As in `SILVERBACK_LOG_LEVEL`. */
  readonly variable: string;
  /** As in `--log-level`. */
  readonly flag: string;
}

/** The prefix of every environment variable that is a setting. */
export const VARIABLE_PREFIX = 'SILVERBACK_';

const SCALAR_TYPES = ['string', 'boolean', 'integer', 'number'] as const;

/** Every setting that the environment and flags can give, with names derived from its path, in the order of the schema. */
export function listScalars(): readonly ScalarSetting[] {
  return scalarsBelow(settingsTree(), []);
}

function scalarsBelow(node: SchemaNode, path: readonly string[]): ScalarSetting[] {
  if (node.properties) {
    return Object.entries(node.properties).flatMap(([name, child]) => scalarsBelow(child, [...path, name]));
  }
  const type = SCALAR_TYPES.find((candidate) => candidate === node.type);
  if (type === undefined) return [];
  const words = path.map((part) => part.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`));
  const name = words.join('-');
  return [
    {
      path: path.join('.'),
      type,
      description: node.description ?? '',
      isPath: node.format === 'path',
      variable: VARIABLE_PREFIX + name.replaceAll('-', '_').toUpperCase(),
      flag: `--${name}`,
    },
  ];
}
