import { type SchemaNode, settingsTree } from './json-schema.ts';
import { listScalars } from './scalars.ts';

/** One row of the settings reference. */
interface Row {
  readonly path: string;
  readonly type: string;
  readonly default: string;
  readonly meaning: string;
}

/** The rows of the table in `docs/reference/settings.md`, as Markdown. */
export function settingsTable(): string {
  const scalars = new Map(listScalars().map((scalar) => [scalar.path, scalar]));
  const rows = rowsBelow(settingsTree(), '', true).map((row) => {
    const scalar = scalars.get(row.path);
    const names = scalar ? `\`${scalar.variable}\`, \`${scalar.flag}\`` : '–';
    return `| \`${row.path}\` | ${row.type} | ${row.default} | ${row.meaning} | ${names} |`;
  });
  return [
    '| Setting | Type | Default | Meaning | Variable, flag |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

function rowsBelow(node: SchemaNode, path: string, isRequired: boolean): Row[] {
  if (node.properties) {
    return Object.entries(node.properties).flatMap(([name, child]) =>
      rowsBelow(child, path === '' ? name : `${path}.${name}`, node.required?.includes(name) ?? false),
    );
  }
  if (node.items?.properties) return rowsBelow(node.items, `${path}[]`, true);
  return [
    {
      path,
      type: typeName(node),
      default:
        node.default === undefined
          ? isRequired
            ? 'required'
            : '–'
          : `\`${JSON.stringify(node.default).replaceAll('"', '')}\``,
      meaning: node.description ?? '',
    },
  ];
}

function typeName(node: SchemaNode): string {
  if (node.enum) return node.enum.map((value) => `\`${value}\``).join(', ');
  // Only our own formats are words; zod adds some of its own.
  if (node.format !== undefined && !node.format.includes('_')) return node.format;
  return node.type === 'array' ? 'list' : (node.type ?? 'any');
}
