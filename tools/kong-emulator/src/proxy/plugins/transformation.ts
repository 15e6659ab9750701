import { isRecord, type Json, type JsonRecord, textOf } from '../../json.ts';
import { texts } from '../router.ts';

/** Values by name that a transformer plugin changes: headers or query parameters. */
export interface Transformed {
  readonly get: (name: string) => readonly string[];
  /** No values: the name is taken away. */
  readonly set: (name: string, values: readonly string[]) => void;
}

/**
 * Changes one kind of values as the transformer plugins do: remove, rename, replace what is there, add what is not,
 * append.
 * @param part the field of each step that holds its list: `headers` or `querystring`
 * @param fill makes a value of what the configuration says
 */
export function transform(
  config: JsonRecord,
  part: string,
  target: Transformed,
  fill: (text: string) => string = (text) => text,
): void {
  for (const name of listOf(config['remove'], part)) target.set(name, []);
  for (const [from, to] of pairsOf(config['rename'], part)) {
    const values = target.get(from);
    if (values.length === 0) continue;
    target.set(from, []);
    target.set(to, values);
  }
  for (const [name, value] of pairsOf(config['replace'], part))
    if (target.get(name).length > 0) target.set(name, [fill(value)]);
  for (const [name, value] of pairsOf(config['add'], part))
    if (target.get(name).length === 0) target.set(name, [fill(value)]);
  for (const [name, value] of pairsOf(config['append'], part))
    target.set(name, [...target.get(name), fill(value)]);
}

function listOf(step: Json | undefined, part: string): string[] {
  return isRecord(step) ? texts(step[part]) : [];
}

function pairsOf(step: Json | undefined, part: string): [string, string][] {
  return listOf(step, part).map((text) => {
    const [, name = '', value = ''] = /^([^:]+):*(.*)$/s.exec(text) ?? [];
    return [name, value];
  });
}

/** A text field of a step, if it has one. */
export function textIn(step: Json | undefined, field: string): string | undefined {
  const value = isRecord(step) ? textOf(step[field]) : '';
  return value === '' ? undefined : value;
}
