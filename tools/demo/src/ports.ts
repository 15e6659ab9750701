import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { codeOf } from './error-code.ts';

/** The loopback ports of one emulated proxy; 0 means "any free port". */
export interface ProxyPorts {
  readonly http: number;
  readonly https: number;
  readonly admin: number;
  readonly status: number;
  readonly control: number;
}

/** All ports of one demo; 0 means "any free port". */
export interface DemoPorts {
  readonly proxies: readonly { readonly name: string; readonly ports: ProxyPorts }[];
  /** Ports of the echo backends, in the order of {@link EXAMPLE_BACKEND_PORTS}. */
  readonly backends: readonly number[];
  /** Where the controller serves `/fleets`. Never 0: the controller must be told. */
  readonly health: number;
  /** Where the emulated API server listens, if there is one. */
  readonly cluster: number;
}

/** The ports that the EndpointSlices of `examples/shop` name. */
export const EXAMPLE_BACKEND_PORTS: readonly number[] = [18081, 18082];

/** The names of the emulated proxies. */
export const PROXY_NAMES: readonly string[] = ['a', 'b', 'c'];

const HEALTH_PORT = 18095;
const CLUSTER_PORT = 18096;

/** The documented ports of proxy number `index`: 18xxx, 19xxx, 20xxx, ending as Kong's own defaults do. */
export function documentedPorts(index: number): ProxyPorts {
  const base = 18_000 + index * 1_000;
  return { http: base, https: base + 443, admin: base + 444, status: base + 100, control: base + 101 };
}

/** The documented ports, each replaced by a free one where another program has it. */
export async function documentedOrFreePorts(): Promise<DemoPorts> {
  const proxies = await Promise.all(
    PROXY_NAMES.map(async (name, index) => ({ name, ports: await portsOrAny(documentedPorts(index)) })),
  );
  const backends = await Promise.all(EXAMPLE_BACKEND_PORTS.map(portOrAny));
  return {
    proxies,
    backends,
    health: (await portOrAny(HEALTH_PORT)) || (await freePort()),
    cluster: await portOrAny(CLUSTER_PORT),
  };
}

/** Free ports only, so that an unattended run never meets a running demo. */
export async function freePorts(): Promise<DemoPorts> {
  const any = { http: 0, https: 0, admin: 0, status: 0, control: 0 };
  return {
    proxies: PROXY_NAMES.map((name) => ({ name, ports: any })),
    backends: EXAMPLE_BACKEND_PORTS.map(() => 0),
    health: await freePort(),
    cluster: 0,
  };
}

async function portsOrAny(ports: ProxyPorts): Promise<ProxyPorts> {
  const [http, https, admin, status, control] = await Promise.all([
    portOrAny(ports.http),
    portOrAny(ports.https),
    portOrAny(ports.admin),
    portOrAny(ports.status),
    portOrAny(ports.control),
  ]);
  return { http, https, admin, status, control };
}

/** `port` itself if it is free on loopback, else 0: any free port. */
export async function portOrAny(port: number): Promise<number> {
  return (await canListen(port)) ? port : 0;
}

async function canListen(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return true;
  } catch (error) {
    if (codeOf(error) === 'EADDRINUSE') return false;
    throw error;
  } finally {
    server.close();
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
