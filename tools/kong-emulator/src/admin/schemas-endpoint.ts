import { isRecord, type Json } from '../json.ts';
import { ENTITY, type ErrorNode, type ErrorTree } from '../schema/field.ts';
import { validateEntity } from '../declarative/document.ts';
import { describeFields } from '../schema/describe.ts';
import { availablePlugins } from '../schema/available-plugins.ts';
import { PLUGIN_SCHEMAS } from '../schema/plugin-schemas.ts';
import { answerJson, type Exchange } from './answers.ts';
import type { AdminContext } from './context.ts';

/** Answers requests under /schemas. */
export function handleSchemas(
  exchange: Exchange,
  context: AdminContext,
  [type = '', name]: readonly (string | undefined)[],
): number {
  const { method } = exchange.request;
  if (name === 'validate' && method === 'POST') return validateAgainstSchema(exchange, context, type);
  if (method !== 'GET') return answerJson(exchange, 405, { message: 'Method not allowed' });
  return type === 'plugins' && name !== undefined
    ? showPlugin(exchange, context, name)
    : showType(exchange, context, type);
}

/** Answers GET /schemas/<type>. */
function showType(exchange: Exchange, context: AdminContext, type: string): number {
  const schema = context.model.types.get(type);
  return schema
    ? answerJson(exchange, 200, { fields: describeFields(schema.fields) })
    : answerJson(exchange, 404, { message: `No entity named '${type}'` });
}

/** Answers GET /schemas/plugins/<name>; what is not validated has no fields. */
function showPlugin(exchange: Exchange, context: AdminContext, name: string): number {
  if (!availablePlugins(context.model.kind).includes(name))
    return answerJson(exchange, 404, { message: `No plugin named '${name}'` });
  const schema = PLUGIN_SCHEMAS[name];
  const known = context.model.types.get('plugins')?.fields ?? {};
  const forbidden = (schema?.forbids ?? [])
    .filter((field) => Object.hasOwn(known, field))
    .map((field) => ({ [field]: { type: 'foreign', eq: null } }));
  const config = { type: 'record', required: true, fields: describeFields(schema?.config ?? {}) };
  return answerJson(exchange, 200, { fields: [...forbidden, { config }] });
}

/** Answers POST /schemas/<type>/validate. */
function validateAgainstSchema(exchange: Exchange, context: AdminContext, type: string): number {
  const schema = context.model.types.get(type);
  if (schema === undefined) return answerJson(exchange, 404, { message: `No entity named '${type}'` });
  const entity = parse(exchange.body);
  if (!isRecord(entity)) return answerJson(exchange, 400, { message: 'Cannot parse JSON body' });
  const errors = validateEntity(schema, entity, context.model);
  if (errors === undefined) return answerJson(exchange, 200, { message: 'schema validation successful' });
  return answerJson(exchange, 400, {
    code: 2,
    name: 'schema violation',
    message: violation(errors),
    fields: errors,
  });
}

function parse(bytes: Buffer): Json | undefined {
  try {
    return JSON.parse(bytes.toString('utf8')) as Json;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function violation(errors: ErrorTree): string {
  const texts = Object.entries(errors).flatMap(([field, error]) => describe(field, error));
  const count = texts.length === 1 ? '' : `${texts.length} `;
  return `${count}schema violation${texts.length === 1 ? '' : 's'} (${texts.join('; ')})`;
}

function describe(field: string, error: ErrorNode | null): string[] {
  if (error === null) return [];
  if (typeof error === 'string') return [field === '' ? error : `${field}: ${error}`];
  if (Array.isArray(error))
    return error.flatMap((inner, position) =>
      describe(field === ENTITY ? '' : `${field}.${position + 1}`, inner),
    );
  return Object.entries(error).flatMap(([key, inner]) =>
    describe(key === ENTITY ? '' : `${field}.${key}`, inner),
  );
}
