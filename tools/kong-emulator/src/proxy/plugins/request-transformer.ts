import type { JsonRecord } from '../../json.ts';
import { answerFromKong, type ProxyExchange } from '../exchange.ts';
import { fillTemplate, TemplateError } from './template.ts';
import { textIn, transform, type Transformed } from './transformation.ts';

/** Runs request-transformer on headers, query and path; returns whether the request has been answered. */
export function runRequestTransformer(exchange: ProxyExchange, config: JsonRecord): boolean {
  const fill = (text: string) =>
    fillTemplate(text, {
      uri_captures: exchange.captures,
      headers: (name) => exchange.routed.headers[name]?.[0],
      query_params: (name) => exchange.url.searchParams.get(name) ?? undefined,
    });
  try {
    transform(config, 'headers', headersOf(exchange), fill);
    transform(config, 'querystring', queryOf(exchange), fill);
    const uri = textIn(config['replace'], 'uri');
    if (uri !== undefined) exchange.upstreamPath = fill(uri);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    answerFromKong(exchange, 500, 'An unexpected error occurred');
    return true;
  }
  if (typeof config['http_method'] === 'string') exchange.method = config['http_method'];
  return false;
}

function headersOf(exchange: ProxyExchange): Transformed {
  return {
    get: (name) => {
      const changed = exchange.headers.get(name.toLowerCase());
      if (changed !== undefined) return changed === null ? [] : [changed].flat();
      return exchange.routed.headers[name.toLowerCase()] ?? [];
    },
    set: (name, values) => {
      const [only, ...others] = values;
      // Host can be replaced, and not taken away.
      if (name.toLowerCase() === 'host' && only === undefined) return;
      exchange.headers.set(name.toLowerCase(), others.length > 0 ? [...values] : (only ?? null));
    },
  };
}

function queryOf({ url }: ProxyExchange): Transformed {
  return {
    get: (name) => url.searchParams.getAll(name),
    set: (name, values) => {
      url.searchParams.delete(name);
      for (const value of values) url.searchParams.append(name, value);
    },
  };
}
