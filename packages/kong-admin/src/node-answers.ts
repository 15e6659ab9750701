import { SilverbackError } from '@silverback/errors';
import type { NodeInformation, NodeStatus } from './contract.ts';
import { JsonReader, readMembers } from './json-reader.ts';
import { asList, asObject, asString, decodeJson, type UnknownObject } from './json-value.ts';

const longestFact = 200;
/** Longer answers, in characters, are not decoded as a whole: a proxy may fill them with what takes long. */
const longAnswer = 262_144;
/** A body may be no larger than either of them. */
const BODY_SIZES = ['nginx_admin_client_max_body_size', 'nginx_admin_client_body_buffer_size'];
const informationKeys = new Set(['version', 'node_id', 'hostname', 'configuration', 'plugins']);
const statusKeys = new Set(['configuration_hash', 'database', 'memory', 'server']);

/**
 * What `GET /` says.
 *
 * @throws SilverbackError `AdminAnswerUnreadable` for anything that a Kong Gateway would not say
 */
export function readInformation(text: string, address: string): NodeInformation {
  const answer = decodeObject(text, informationKeys, address);
  const configuration = asObject(answer['configuration']) ?? {};
  const plugins = asObject(answer['plugins']) ?? {};
  const poolSize = configuration['upstream_keepalive_pool_size'];
  const bodyLimit = smallestOf(configuration, BODY_SIZES);
  const listeners = streamListeners(configuration['stream_listeners']);
  return {
    version: fact(answer, 'version', address),
    nodeId: fact(answer, 'node_id', address),
    hostname: fact(answer, 'hostname', address),
    routerFlavor: fact(configuration, 'router_flavor', address),
    database: fact(configuration, 'database', address),
    availablePlugins: availablePlugins(plugins['available_on_server']),
    ...(Number.isSafeInteger(poolSize) && { upstreamKeepalivePoolSize: Number(poolSize) }),
    ...(bodyLimit !== undefined && { bodyLimit }),
    ...(listeners && { streamListeners: listeners }),
  };
}

/**
 * What `GET /status` says.
 *
 * @throws SilverbackError `AdminAnswerUnreadable` for anything that a Kong Gateway would not say
 */
export function readStatus(text: string, address: string): NodeStatus {
  const answer = decodeObject(text, statusKeys, address);
  const hash = answer['configuration_hash'];
  const hasDatabase = asObject(answer['database']) !== undefined;
  if (hash === undefined ? !hasDatabase : !isHash(hash)) {
    throw unreadable('it has no usable configuration_hash', address);
  }
  const workers = asList(asObject(answer['memory'])?.['workers_lua_vms']);
  const workerPids = workers
    .map((worker) => asObject(worker)?.['pid'])
    .filter((pid) => Number.isSafeInteger(pid))
    .map(Number)
    .sort((a, b) => a - b);
  const requests = asObject(answer['server'])?.['total_requests'];
  return {
    workerPids,
    ...(isHash(hash) && { configurationHash: hash }),
    ...(Number.isSafeInteger(requests) && { requests: Number(requests) }),
  };
}

/** The smallest of some sizes in nginx's form, as in `10m`; 0 stands for no limit. */
function smallestOf(configuration: UnknownObject, names: readonly string[]): number | undefined {
  const sizes = names.flatMap((name) => {
    const [, digits, unit = ''] = /^(\d{1,12})([kmg]?)$/i.exec(asString(configuration[name]) ?? '') ?? [];
    const size = Number(digits ?? 0) * 1024 ** ['', 'k', 'm', 'g'].indexOf(unit.toLowerCase());
    return size > 0 ? [size] : [];
  });
  return sizes.length === 0 ? undefined : Math.min(...sizes);
}

function isHash(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{32}$/.test(value);
}

/** Kong 3 maps each plugin to its version and priority, Kong 2 to `true`. */
function availablePlugins(value: unknown): string[] {
  return Object.entries(asObject(value) ?? {})
    .filter(([name, present]) => present !== false && present !== null && name.length <= longestFact)
    .map(([name]) => name)
    .sort();
}

/** A Lua table without entries is an object in JSON: that of a node which listens for no streams. */
function streamListeners(value: unknown): string[] | undefined {
  if (asObject(value) === undefined && !Array.isArray(value)) return undefined;
  const listeners = asList(value).flatMap((listener) => {
    const { port, udp } = asObject(listener) ?? {};
    return Number.isSafeInteger(port) ? [`${udp === true ? 'udp' : 'tcp'}:${Number(port)}`] : [];
  });
  return [...new Set(listeners)].sort();
}

function fact(answer: UnknownObject, name: string, address: string): string {
  const value = asString(answer[name]);
  if (value === undefined || value === '' || value.length > longestFact || /\p{Cc}/u.test(value)) {
    throw unreadable(`it has no usable ${name}`, address);
  }
  return value;
}

function decodeObject(text: string, keys: ReadonlySet<string>, address: string): UnknownObject {
  const answer = text.length > longAnswer ? decodeMembers(text, keys) : asObject(decodeJson(text));
  if (answer === undefined) throw unreadable('it is not a JSON object', address);
  return answer;
}

function decodeMembers(text: string, keys: ReadonlySet<string>): UnknownObject | undefined {
  try {
    return readMembers(new JsonReader(text), keys, longAnswer);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function unreadable(reason: string, address: string): SilverbackError {
  return new SilverbackError('AdminAnswerUnreadable', {
    message: `the answer cannot be used: ${reason}`,
    where: address,
  });
}
