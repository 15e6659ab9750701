import { hostname } from 'node:os';
import { textOf } from '../json.ts';
import { ZERO_HASH } from '../node.ts';
import { availablePlugins } from '../schema/available-plugins.ts';
import { answerEmpty, answerJson, type Exchange } from './answers.ts';
import type { AdminContext } from './context.ts';

/** Answers GET /. */
export function getRoot(exchange: Exchange, context: AdminContext): number {
  const { node } = context;
  const available = Object.fromEntries(
    availablePlugins(context.model.kind).map((name) => [name, { version: context.version, priority: 1000 }]),
  );
  const { plain, tls } = context.proxyPorts();
  return answerJson(exchange, 200, {
    configuration: {
      database: 'off',
      role: 'traditional',
      declarative_config: null,
      router_flavor: context.routerFlavor,
      proxy_listen: [`127.0.0.1:${plain}`, `127.0.0.1:${tls} ssl`],
      plugins: ['bundled'],
      nginx_admin_client_max_body_size: String(context.limits.bodyBytes),
      nginx_admin_client_body_buffer_size: String(context.limits.bodyBytes),
      nginx_worker_processes: String(node.workerPids.length),
      stream_listen: ['off'],
      upstream_keepalive_pool_size: context.keepalivePoolSize,
      untrusted_lua: 'sandbox',
    },
    edition: context.model.kind.edition,
    hostname: hostname(),
    lua_version: 'LuaJIT 2.1.ROLLING',
    node_id: node.id,
    pids: { master: node.masterPid, workers: node.workerPids },
    plugins: { available_on_server: available, enabled_in_cluster: enabledPlugins(context) },
    tagline: 'Welcome to kong',
    timers: { running: 0, pending: 0 },
    version: context.version,
  });
}

function enabledPlugins(context: AdminContext): string[] {
  const names = [...(context.node.entities.get('plugins')?.values() ?? [])].map((plugin) =>
    textOf(plugin['name']),
  );
  return [...new Set(names)];
}

/** Answers GET /status, on either listener. */
export function getStatus(exchange: Exchange, context: AdminContext): number {
  const { node } = context;
  return answerJson(exchange, 200, {
    server: {
      connections_waiting: 0,
      connections_reading: 0,
      connections_writing: 1,
      connections_active: context.connections(),
      connections_accepted: context.counters.total,
      connections_handled: context.counters.total,
      total_requests: context.counters.total,
    },
    configuration_hash: node.hash,
    memory: {
      lua_shared_dicts: { kong: { allocated_slabs: '0.04 MiB', capacity: '5.00 MiB' } },
      workers_lua_vms: node.workerPids.map((pid) => ({ pid, http_allocated_gc: '49.18 MiB' })),
    },
  });
}

/** Answers GET /status/ready. */
export function getReady(exchange: Exchange, context: AdminContext): number {
  const { node } = context;
  if (node.draining) return answerJson(exchange, 503, { message: 'draining' });
  if (node.hash === ZERO_HASH)
    return answerJson(exchange, 503, {
      message: 'no configuration available (empty configuration present)',
    });
  return answerJson(exchange, 200, { message: 'ready' });
}

/** Answers POST /status/ready, which can take a node out of its load balancer. */
export function postReady(exchange: Exchange, context: AdminContext): number {
  const form = new URLSearchParams(exchange.body.toString('utf8'));
  if (form.get('status') !== 'draining') return answerJson(exchange, 400, { message: 'invalid status' });
  context.node.drain();
  return answerEmpty(exchange, 204);
}
