import type { JsonRecord } from '../json.ts';
import type { EntitySchema } from '../schema/entity.ts';
import { answerJson, type Exchange } from './answers.ts';
import type { AdminContext } from './context.ts';

const VERBS: Readonly<Record<string, string>> = {
  POST: 'create',
  PUT: 'create or update',
  PATCH: 'update',
  DELETE: 'delete',
};

/** Answers requests for entities of one type: reading works, everything else needs a database. */
export function handleCollection(
  exchange: Exchange,
  context: AdminContext,
  schema: EntitySchema,
  name: string | undefined,
): number {
  const method = exchange.request.method ?? 'GET';
  const verb = VERBS[method];
  if (verb !== undefined)
    return answerJson(exchange, 405, {
      code: 12,
      name: 'operation unsupported',
      message: `cannot ${verb} '${schema.name}' entities when not using a database`,
    });
  if (method !== 'GET') return answerJson(exchange, 405, { message: 'Method not allowed' });
  const byId = context.node.entities.get(schema.name) ?? new Map<string, JsonRecord>();
  if (name === undefined) return answerPage(exchange, schema.name, [...byId.values()]);
  const entity =
    byId.get(name) ?? [...byId.values()].find((one) => schema.key !== undefined && one[schema.key] === name);
  return entity ? answerJson(exchange, 200, entity) : answerJson(exchange, 404, { message: 'Not found' });
}

function answerPage(exchange: Exchange, type: string, entities: readonly JsonRecord[]): number {
  const { searchParams } = exchange.url;
  const size = Math.min(Number(searchParams.get('size') ?? 100), 1000);
  if (!Number.isInteger(size) || size < 1)
    return answerJson(exchange, 400, {
      code: 10,
      name: 'invalid size',
      message: 'invalid size (size must be an integer between 1 and 1000)',
    });
  const offset = searchParams.get('offset');
  const from = offset === null ? 0 : Number(Buffer.from(offset, 'base64url').toString());
  const until = from + size;
  const token = Buffer.from(String(until)).toString('base64url');
  const more = until < entities.length;
  const next = searchParams.has('size')
    ? `/${type}?size=${size}&offset=${token}`
    : `/${type}?offset=${token}`;
  return answerJson(exchange, 200, {
    data: entities.slice(from, until),
    next: more ? next : null,
    ...(more && { offset: token }),
  });
}
