import { badRequest } from './api-failure.ts';
import type { Stored } from './store/stored.ts';

/** Whether an object is selected. */
export type Selector = (object: Stored) => boolean;

const REQUIREMENTS = {
  set: /^\s*([^\s!=,()]+)\s+(in|notin)\s*\(([^()]*)\)\s*$/,
  equality: /^\s*([^\s!=,()]+)\s*(==|=|!=)\s*([^\s!=,()]*)\s*$/,
  existence: /^\s*(!?)\s*([^\s!=,()]+)\s*$/,
};

/**
 * Reads a label selector, as in `app=shop,tier in (front, back),!legacy`.
 *
 * @throws ApiFailure 400 if it can't be read
 */
export function labelSelector(text: string): Selector {
  const requirements = splitRequirements(text).map(labelRequirement);
  return ({ labels }) => requirements.every((holds) => holds(labels));
}

type Requirement = (labels: Readonly<Record<string, string>>) => boolean;

function labelRequirement(text: string): Requirement {
  const [, setKey, operator, list] = REQUIREMENTS.set.exec(text) ?? [];
  if (setKey !== undefined && list !== undefined) {
    const values = new Set(list.split(',').map((value) => value.trim()));
    const wanted = operator === 'in';
    // A label that is missing is "not in" every set.
    return (labels) => (labels[setKey] === undefined ? !wanted : values.has(labels[setKey]) === wanted);
  }
  const [, key, sign, value] = REQUIREMENTS.equality.exec(text) ?? [];
  if (key !== undefined) return (labels) => (labels[key] === value) === (sign !== '!=');
  const [, negation, name] = REQUIREMENTS.existence.exec(text) ?? [];
  if (name === undefined) throw badRequest(`unable to parse requirement: ${text}`);
  return (labels) => (labels[name] !== undefined) === (negation === '');
}

/** Splits at commas that are not within parentheses. */
function splitRequirements(text: string): string[] {
  return text.trim() === '' ? [] : text.split(/,(?![^()]*\))/);
}

/**
 * Reads a field selector, as in `metadata.name=a,type!=Opaque`.
 *
 * @param selectable - fields besides `metadata.name` and `metadata.namespace`
 * @throws ApiFailure 400 if it can't be read, or the kind can't be selected by a field
 */
export function fieldSelector(text: string, selectable: readonly string[]): Selector {
  const requirements = text
    .split(',')
    .filter((part) => part.trim() !== '')
    .map((part) => fieldRequirement(part, selectable));
  return (object) => requirements.every((holds) => holds(object));
}

function fieldRequirement(text: string, selectable: readonly string[]): Selector {
  const [, field, sign, value] = /^\s*([^\s!=]+)\s*(==|=|!=)\s*(.*?)\s*$/.exec(text) ?? [];
  if (field === undefined)
    throw badRequest(`invalid field selector: invalid selector: '${text}'; can't understand '${text}'`);
  const read = fieldReader(field, selectable);
  return (object) => (read(object) === value) === (sign !== '!=');
}

function fieldReader(field: string, selectable: readonly string[]): (object: Stored) => string {
  if (field === 'metadata.name') return ({ name }) => name;
  if (field === 'metadata.namespace') return ({ namespace }) => namespace;
  if (selectable.includes(field)) return ({ fields }) => fields[field] ?? '';
  throw badRequest(`field label not supported: ${field}`);
}
