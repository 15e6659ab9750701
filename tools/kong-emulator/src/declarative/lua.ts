import type { ErrorNode } from '../schema/field.ts';

/** An error tree as Kong prints it into its message: like a Lua table on one line. */
export function luaText(node: ErrorNode | null): string {
  if (node === null) return 'nil';
  if (typeof node === 'string') return JSON.stringify(node);
  const parts = Array.isArray(node)
    ? node.map((inner, position) =>
        inner === null ? '' : node.includes(null) ? `[${position + 1}]=${luaText(inner)}` : luaText(inner),
      )
    : Object.entries(node).map(
        ([key, inner]) => `${/^[A-Za-z_]\w*$/.test(key) ? key : `["${key}"]`}=${luaText(inner)}`,
      );
  return `{${parts.filter((part) => part !== '').join(',')}}`;
}
