import { parseArgs } from 'node:util';
import type { ClusterEmulatorOptions } from './options.ts';

/** What the command line of the emulator asks for. */
export interface EmulatorArguments {
  readonly options: ClusterEmulatorOptions;
  /** Where to write a kubeconfig of the admin. */
  readonly kubeconfig: string | undefined;
  /** Files and folders of manifests to put in at the start. */
  readonly manifests: readonly string[];
  /** Serve the kinds of Kong from the start. */
  readonly withKong: boolean;
}

/** What is printed on `--help`. */
export const USAGE = `usage: node dist/main.js [options] [FILE OR FOLDER ...]
  An API server of Kubernetes with nothing behind it, for demos and tests. The YAML manifests named are put in.
  --kubeconfig FILE   write a kubeconfig with all rights
  --port N            0: a free one (0)
  --host ADDRESS      a loopback address (127.0.0.1)
  --plain             speak HTTP without TLS
  --token TOKEN       the admin's bearer token (a random one)
  --with-kong         serve the kinds of Kong and ReferenceGrants from the start
`;

/** Reads the command line. Throws an Error with a message for the user. */
export function readArguments(words: readonly string[]): EmulatorArguments {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      kubeconfig: { type: 'string' },
      port: { type: 'string' },
      host: { type: 'string' },
      plain: { type: 'boolean' },
      token: { type: 'string' },
      'with-kong': { type: 'boolean' },
    },
  });
  const { port, host, token } = values;
  if (port !== undefined && !/^\d{1,5}$/.test(port)) throw new Error(`--port needs a number, not "${port}"`);
  return {
    options: {
      tls: values.plain !== true,
      ...(port !== undefined && { port: Number(port) }),
      ...(host !== undefined && { host }),
      ...(token !== undefined && { token }),
    },
    kubeconfig: values.kubeconfig,
    manifests: positionals,
    withKong: values['with-kong'] === true,
  };
}
