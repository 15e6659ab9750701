import { setTimeout as delay } from 'node:timers/promises';
import { dump } from 'js-yaml';
import { validateDocument } from '../declarative/document.ts';
import { type Entities, flattenDocument } from '../declarative/entities.ts';
import { isRecord, type JsonRecord } from '../json.ts';
import { md5 } from '../node.ts';
import { answerEmpty, answerHtml, answerJson, answerPieces, type Exchange } from './answers.ts';
import { ACTIVATION_SHARE, applyTime, COMMIT_SHARE } from './apply-time.ts';
import type { AdminContext } from './context.ts';
import { type Content, readContent } from './content.ts';
import { describeRefusal, inventedErrors, refusalBody } from './refusal.ts';

const BUSY: Readonly<Record<number, string>> = {
  429: 'Currently loading previous configuration',
  503: 'Kong currently exiting',
  504: 'Timed out while loading configuration',
};
const TRUE = ['true', '1', 'on', 'yes'];
const PIECE_LENGTH = 65_536;

/** Answers POST /config. The body is there in full; that its sender may have gone changes nothing. */
export async function postConfig(exchange: Exchange, context: AdminContext): Promise<number> {
  const busy = context.faults.takeBusy();
  if (busy !== undefined) return answerBusy(exchange, busy);
  const content = readContent(exchange.body, exchange.request.headers['content-type'] ?? '');
  if (content.type !== 'document') return answerUnreadable(exchange, content);
  const { hash } = content;
  const wantsCheck = exchange.url.searchParams.get('check_hash') === '1';
  if (wantsCheck && hash !== undefined && hash === context.node.hash) return answerEmpty(exchange, 304);
  const document = isRecord(content.document) ? content.document : {};
  return apply(exchange, context, document, hash);
}

async function apply(
  exchange: Exchange,
  context: AdminContext,
  document: JsonRecord,
  hash: string | undefined,
): Promise<number> {
  const { node, model, faults } = context;
  const flatten = TRUE.includes(exchange.url.searchParams.get('flatten_errors') ?? '');
  const time = applyTime(document, model) * context.delayFactor;
  const refuse = async (body: object) => {
    await pause(2 * time, context);
    return answerJson(exchange, 400, body);
  };
  const errors = validateDocument(document, model);
  if (errors) return refuse(describeRefusal(document, errors, model, flatten));
  const fault = faults.get('refuse-configuration');
  const invented = fault && inventedErrors(fault, document, model);
  if (invented) return refuse(describeRefusal(document, invented, model, flatten));
  const nowSeconds = Math.floor(Date.now() / 1000);
  const result = flattenDocument(document, model, nowSeconds);
  if ('errors' in result) return refuse(describeRefusal(document, result.errors, model, flatten, result.ids));

  const pieces = encode(result.entities);
  const size = pieces.reduce((sum, piece) => sum + Buffer.byteLength(piece), 0);
  await pause(time * (1 - COMMIT_SHARE), context);
  if (size > context.limits.databaseBytes) return answerJson(exchange, 413, { message: DATABASE_FULL });
  if (context.commitSection.busy) return answerBusy(exchange, 429);
  context.commitSection.busy = true;
  try {
    await pause(time * COMMIT_SHARE, context);
    const stored = hash ?? md5(`${node.id} ${nowSeconds} ${JSON.stringify(document)}`);
    node.commit(result.entities, faults.get('wrong-hash') ? md5(`not ${stored}`) : stored);
  } finally {
    context.commitSection.busy = false;
  }
  activate(time * ACTIVATION_SHARE, context);
  return answerPieces(exchange, 201, pieces);
}

const DATABASE_FULL =
  'Configuration does not fit in LMDB database, consider raising the "lmdb_map_size" config for Kong';

async function pause(milliseconds: number, context: AdminContext): Promise<void> {
  if (milliseconds > 0) await delay(milliseconds, undefined, { signal: context.life() });
  context.life().throwIfAborted();
}

/** Without delays the routes work when the 201 comes; else they come later, as on a real node. */
function activate(milliseconds: number, context: AdminContext): void {
  if (milliseconds === 0) {
    context.node.activate();
    return;
  }
  const timer = setTimeout(() => {
    context.node.activate();
  }, milliseconds);
  context.life().addEventListener('abort', () => {
    clearTimeout(timer);
  });
}

function answerBusy(exchange: Exchange, status: number): number {
  return answerJson(
    exchange,
    status,
    { message: BUSY[status] ?? '' },
    status === 429 ? { 'Retry-After': '10' } : {},
  );
}

function answerUnreadable(exchange: Exchange, content: Exclude<Content, { type: 'document' }>): number {
  switch (content.type) {
    case 'unsupported':
      return answerHtml(exchange.response, 415);
    case 'message':
      return answerJson(exchange, content.status, { message: content.message });
    case 'malformed':
      return answerJson(exchange, 400, refusalBody({ error: content.error }));
  }
}

/** The flattened configuration as JSON text in pieces. */
function encode(entities: Entities): string[] {
  const pieces: string[] = [];
  let piece = '{';
  let typeSeparator = '';
  for (const [type, byId] of entities) {
    piece += `${typeSeparator}${JSON.stringify(type)}:{`;
    typeSeparator = ',';
    let separator = '';
    for (const [id, entity] of byId) {
      piece += `${separator}${JSON.stringify(id)}:${JSON.stringify(entity)}`;
      separator = ',';
      if (piece.length >= PIECE_LENGTH) {
        pieces.push(piece);
        piece = '';
      }
    }
    piece += '}';
  }
  pieces.push(`${piece}}`);
  return pieces;
}

/** Answers GET /config: the entities as YAML in a JSON string. */
export function getConfig(exchange: Exchange, context: AdminContext): number {
  const lists = [...context.node.entities].map(([type, byId]) => [type, [...byId.values()]]);
  const document = { _format_version: '3.0', _transform: false, ...(Object.fromEntries(lists) as object) };
  return answerJson(exchange, 200, { config: dump(document, { lineWidth: -1, noRefs: true }) });
}
