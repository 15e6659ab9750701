import type { EntityRefusal } from './contract.ts';
import { asList, asObject, asString, type UnknownObject } from './json-value.ts';
import { redact } from './redact.ts';

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const longestName = 200;
const mostMessages = 50;
const deepestField = 32;
const mostFields = 2_000;
/** Collections whose entities Kong names by the secret itself where it refers to them by name. */
const secretCollections = /credentials|secrets|tokens|codes/;

/**
 * The refused entities that a 400 lists. `flattened_errors` is an array, or `{}` where it is empty; nothing is taken
 * from an item's `entity`, which is the entity as it was sent.
 */
export function readRefusals(answer: UnknownObject): EntityRefusal[] {
  return asList(answer['flattened_errors']).flatMap((item) => {
    const error = asObject(item);
    return error === undefined ? [] : [readRefusal(error)];
  });
}

/** What a 400 says beside the listed entities: what stands in `fields`, else Kong's own sentence; redacted. */
export function readRefusalMessage(answer: UnknownObject): string {
  const fields = describeFields(answer['fields']);
  return fields === '' ? redact(asString(answer['message']) ?? 'no reason was given') : fields;
}

/** Whether Kong's words are about something that is not unique, or a reference to nothing (observed on Kong 3.9.3). */
export function isContradiction(words: string): boolean {
  return /uniqueness violation|already declared|invalid reference|missing primary key/.test(words);
}

/** One item of `flattened_errors`. */
export function readRefusal(error: UnknownObject): EntityRefusal {
  const id = asString(error['entity_id']);
  const name = asString(error['entity_name']);
  const messages = asList(error['errors']).slice(0, mostMessages).flatMap(readMessages);
  return {
    entityType: redact(asString(error['entity_type']) ?? 'unknown', longestName),
    ...(id !== undefined && uuid.test(id) ? { entityId: id } : {}),
    ...(name === undefined ? {} : { entityName: redact(name, longestName) }),
    messages,
    ...(messages.some(isContradiction) && { isContradiction: true }),
  };
}

function readMessages(value: unknown): string[] {
  const error = asObject(value) ?? {};
  const field = asString(error['field']);
  const prefix = field === undefined ? '' : `${redact(field, longestName)}: `;
  return [error['message'], ...asList(error['messages']).slice(0, mostMessages)]
    .filter((message) => typeof message === 'string')
    .map((message) => prefix + redact(message));
}

/** `services.1.host: required field missing; …` from Kong's tree of messages, at most 1,000 characters of it. */
function describeFields(fields: unknown): string {
  const found: string[] = [];
  let length = 0;
  let seen = 0;
  const visit = (value: unknown, path: readonly string[]): void => {
    if (length > 1000 || seen > mostFields || path.length > deepestField) return;
    if (typeof value === 'string') {
      const message = `${path.join('.')}: ${redact(value)}`;
      found.push(message);
      length += message.length;
    } else if (Array.isArray(value)) {
      value.forEach((item, index) => {
        visit(item, typeof item === 'string' ? path : [...path, String(index)]);
      });
    } else {
      const secret = secretCollections.test(path.at(-1) ?? '');
      for (const [key, item] of Object.entries(asObject(value) ?? {})) {
        if ((seen += 1) > mostFields) return;
        visit(item, [...path, secret ? '[redacted]' : redact(key, longestName)]);
      }
    }
  };
  visit(fields, []);
  const text = found.join('; ');
  return text.length <= 1000 ? text : `${text.slice(0, 999)}…`;
}
