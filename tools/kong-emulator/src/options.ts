import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Edition, EmulatorOptions, RouterFlavor } from './emulator.ts';

const FLAVORS: readonly RouterFlavor[] = ['traditional_compatible', 'traditional', 'expressions'];

const EDITIONS: readonly Edition[] = ['community', 'enterprise'];

/** What `dist/main.js` prints on `--help`. */
export const USAGE = `usage: node dist/main.js [options]
  --name NAME                     shown on the control port (kong)
  --host ADDRESS                  loopback address of all listeners (127.0.0.1)
  --admin-port, --proxy-port, --proxy-tls-port, --status-port, --control-port N   (0: a free one)
  --admin-tls-cert, --admin-tls-key, --client-ca FILE   PEM; all three: mutual TLS on the Admin API
  --version-string VERSION        (3.9.3)
  --router-flavor FLAVOR          ${FLAVORS.join(', ')}
  --edition EDITION               community, enterprise
  --upstream-keepalive-pool-size N   0: connections to services are not used again (512)
  --forget-on-restart             lose the configuration on a restart
  --apply-delay FACTOR            take as long as a real node does, times FACTOR
  --workers N                     (2)
`;

/** Reads the command line of `dist/main.js`. Throws an Error with a message for the user. */
export function optionsFrom(args: readonly string[]): EmulatorOptions {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      name: text,
      host: text,
      'admin-port': text,
      'proxy-port': text,
      'proxy-tls-port': text,
      'status-port': text,
      'control-port': text,
      'admin-tls-cert': text,
      'admin-tls-key': text,
      'client-ca': text,
      'version-string': text,
      'router-flavor': text,
      edition: text,
      'upstream-keepalive-pool-size': text,
      'forget-on-restart': { type: 'boolean' },
      'apply-delay': text,
      workers: text,
    },
  });
  const adminTls = tlsFrom(values['admin-tls-cert'], values['admin-tls-key'], values['client-ca']);
  const flavor = values['router-flavor'];
  const pool = values['upstream-keepalive-pool-size'];
  return {
    ...(values.name !== undefined && { name: values.name }),
    ...(values.host !== undefined && { host: values.host }),
    ports: {
      admin: numberFrom('admin-port', values['admin-port'], 0),
      proxy: numberFrom('proxy-port', values['proxy-port'], 0),
      proxyTls: numberFrom('proxy-tls-port', values['proxy-tls-port'], 0),
      status: numberFrom('status-port', values['status-port'], 0),
      control: numberFrom('control-port', values['control-port'], 0),
    },
    ...(adminTls && { adminTls }),
    ...(values['version-string'] !== undefined && { version: values['version-string'] }),
    ...(flavor !== undefined && { routerFlavor: oneOf('router-flavor', FLAVORS, flavor) }),
    ...(values.edition !== undefined && { edition: oneOf('edition', EDITIONS, values.edition) }),
    ...(pool !== undefined && {
      upstreamKeepalivePoolSize: numberFrom('upstream-keepalive-pool-size', pool, 0),
    }),
    keepConfigurationOnRestart: values['forget-on-restart'] !== true,
    applyDelay: { factor: numberFrom('apply-delay', values['apply-delay'], 0) },
    workers: numberFrom('workers', values.workers, 2),
  };
}

function tlsFrom(certificate?: string, key?: string, clientCa?: string): EmulatorOptions['adminTls'] {
  if (certificate === undefined && key === undefined && clientCa === undefined) return undefined;
  if (certificate === undefined || key === undefined || clientCa === undefined)
    throw new Error('--admin-tls-cert, --admin-tls-key and --client-ca go together');
  const read = (file: string) => readFileSync(file, 'utf8');
  return { certificate: read(certificate), key: read(key), clientCa: read(clientCa) };
}

function numberFrom(option: string, value: string | undefined, otherwise: number): number {
  if (value === undefined) return otherwise;
  const number = Number(value);
  if (value === '' || !Number.isFinite(number) || number < 0)
    throw new Error(`--${option} needs a number, not "${value}"`);
  return number;
}

function oneOf<T extends string>(option: string, known: readonly T[], value: string): T {
  const found = known.find((one) => one === value);
  if (found === undefined) throw new Error(`--${option} is one of: ${known.join(', ')}`);
  return found;
}
