import { load, YAMLException } from 'js-yaml';
import { isRecord, type Json } from '../json.ts';
import { md5 } from '../node.ts';

/** What the body of a POST /config holds. */
export type Content =
  /** `hash` is missing where Kong hashes its own encoding of the entities instead of the text. */
  | { readonly type: 'document'; readonly document: Json; readonly hash?: string }
  | { readonly type: 'unsupported' }
  | { readonly type: 'message'; readonly status: 400 | 500; readonly message: string }
  | { readonly type: 'malformed'; readonly error: string };

const NOTHING: Content = { type: 'message', status: 400, message: 'expected a declarative configuration' };

/** Reads a body by its content type, as Kong does: everything but plain JSON ends up as a text that is hashed. */
export function readContent(bytes: Buffer, contentType: string): Content {
  const [mediaType = ''] = contentType.toLowerCase().split(';');
  switch (mediaType.trim()) {
    case 'application/json':
      return readJson(bytes);
    case 'text/yaml':
    case 'application/yaml':
      return readText(bytes);
    case 'application/x-www-form-urlencoded':
      return readForm(bytes);
    case 'multipart/form-data':
      return readMultipart(bytes, contentType);
    default:
      return bytes.length === 0 && contentType === '' ? NOTHING : { type: 'unsupported' };
  }
}

function readJson(bytes: Buffer): Content {
  const document = parseJson(bytes.toString('utf8'));
  if (document === undefined) return { type: 'message', status: 400, message: 'Cannot parse JSON body' };
  if (typeof document !== 'object' || document === null)
    return { type: 'message', status: 500, message: 'An unexpected error occurred' };
  if (isRecord(document) && typeof document['config'] === 'string')
    return readText(Buffer.from(document['config']));
  return { type: 'document', document };
}

function readText(bytes: Buffer): Content {
  if (bytes.length === 0) return NOTHING;
  const text = bytes.toString('utf8');
  const document = parseJson(text) ?? parseYaml(text);
  if (document instanceof YAMLException) return { type: 'malformed', error: describe(document, text) };
  if (typeof document !== 'object' || document === null)
    return { type: 'malformed', error: 'failed parsing declarative configuration: expected an object' };
  return { type: 'document', document, hash: md5(bytes) };
}

function readForm(bytes: Buffer): Content {
  const text = bytes.toString('utf8');
  const field = text.startsWith('config=') ? new URLSearchParams(text).get('config') : null;
  return readText(field === null ? bytes : Buffer.from(field));
}

function readMultipart(bytes: Buffer, contentType: string): Content {
  const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  if (boundary === undefined) return NOTHING;
  const part = bytes
    .toString('utf8')
    .split(`--${boundary}`)
    .find((candidate) => /name="?config"?(\r|;)/i.test(candidate));
  const content = part === undefined ? undefined : /\r\n\r\n([\s\S]*)\r\n$/.exec(part)?.[1];
  return content === undefined ? NOTHING : readText(Buffer.from(content));
}

/** The value; nothing if the text isn't JSON, or holds a lone surrogate, which Kong's parser doesn't take. */
function parseJson(text: string): Json | undefined {
  if (!/[{["\dtfn-]/.test(text.trimStart().charAt(0))) return undefined;
  try {
    const value = JSON.parse(text) as Json;
    return /\\u[dD][89a-fA-F]/.test(text) && !isWellFormed(value) ? undefined : value;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isWellFormed(value: Json): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([key, inner]) => key.isWellFormed() && isWellFormed(inner));
}

function parseYaml(text: string): Json | YAMLException {
  try {
    return (load(text) ?? null) as Json;
  } catch (error) {
    if (error instanceof YAMLException) return error;
    throw error;
  }
}

function describe(error: YAMLException, text: string): string {
  if (/[^\P{Cc}\t\r\n]/u.test(text.slice(0, 64)))
    return 'failed parsing declarative configuration: 0:0: control characters are not allowed';
  const mark = error.mark;
  const place = mark ? `${mark.line + 1}:${mark.column + 1}` : '0:0';
  return `failed parsing declarative configuration: ${place}: ${error.reason}`;
}
