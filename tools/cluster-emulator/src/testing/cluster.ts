import { ClusterEmulator } from '../cluster-emulator.ts';
import type { ClusterEmulatorOptions } from '../options.ts';

/** A part of an answer, to be looked into by what a test expects there. */
export interface Seen {
  readonly [field: string]: Seen;
  readonly [index: number]: Seen;
}

/** What a test sees of an answer. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Seen;
}

/** A line of a watch. */
export interface Line {
  readonly type: string;
  readonly object: Seen;
}

/** How a test asks. */
export interface Ask {
  readonly method?: string;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly accept?: string;
  readonly token?: string;
}

/** An emulator over plain HTTP, and a client of it. */
export class TestCluster {
  readonly emulator: ClusterEmulator;
  readonly #watches = new AbortController();

  private constructor(emulator: ClusterEmulator) {
    this.emulator = emulator;
  }

  static async start(options: ClusterEmulatorOptions = {}): Promise<TestCluster> {
    return new TestCluster(await new ClusterEmulator({ tls: false, ...options }).start());
  }

  async close(): Promise<void> {
    this.#watches.abort();
    await this.emulator.close();
  }

  /** Asks, and reads the answer as JSON, or as a text where it is none. */
  async ask(path: string, { method = 'GET', ...ask }: Ask = {}): Promise<Answer> {
    const response = await fetch(this.emulator.url + path, {
      method,
      headers: this.#headers(ask),
      ...(ask.body !== undefined && {
        body: typeof ask.body === 'string' ? ask.body : JSON.stringify(ask.body),
      }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json');
    return {
      status: response.status,
      headers: response.headers,
      body: (isJson === true ? JSON.parse(text) : text) as Seen,
    };
  }

  post(path: string, body: unknown): Promise<Answer> {
    return this.ask(path, { method: 'POST', body });
  }

  put(path: string, body: unknown): Promise<Answer> {
    return this.ask(path, { method: 'PUT', body });
  }

  /** Server-side apply. */
  apply(path: string, manager: string, body: unknown, query = ''): Promise<Answer> {
    return this.ask(`${path}?fieldManager=${manager}${query}`, {
      method: 'PATCH',
      contentType: 'application/apply-patch+yaml',
      body,
    });
  }

  mergePatch(path: string, body: unknown): Promise<Answer> {
    return this.ask(path, { method: 'PATCH', contentType: 'application/merge-patch+json', body });
  }

  delete(path: string, body?: unknown): Promise<Answer> {
    return this.ask(path, { method: 'DELETE', ...(body !== undefined && { body }) });
  }

  /** Begins a watch; resolves when it stands. */
  async watch(path: string, accept?: string): Promise<TestWatch> {
    const separator = path.includes('?') ? '&' : '?';
    const response = await fetch(`${this.emulator.url}${path}${separator}watch=true`, {
      headers: this.#headers({ ...(accept !== undefined && { accept }) }),
      signal: this.#watches.signal,
    });
    return new TestWatch(response);
  }

  #headers({ contentType, accept, token }: Ask): Record<string, string> {
    return {
      authorization: `Bearer ${token ?? this.emulator.token}`,
      'content-type': contentType ?? 'application/json',
      'user-agent': 'tester/1.0',
      accept: accept ?? 'application/json',
    };
  }
}

/** A watch that a test reads line by line. */
export class TestWatch {
  readonly status: number;
  readonly #lines: AsyncGenerator<Line, void, void>;

  constructor(response: Response) {
    this.status = response.status;
    this.#lines = linesOf(response);
  }

  /** The next line; undefined when the watch has ended. */
  async next(): Promise<Line | undefined> {
    const { value } = await this.#lines.next();
    return value ?? undefined;
  }

  /** As many lines as asked for, each as its type and the name, or the version of a bookmark. */
  async take(count: number): Promise<string[]> {
    const lines: string[] = [];
    while (lines.length < count) {
      const line = await this.next();
      if (line === undefined) break;
      lines.push(describeLine(line));
    }
    return lines;
  }
}

function describeLine({ type, object }: Line): string {
  const { metadata, code } = object as unknown as {
    metadata?: { name?: string; resourceVersion?: string };
    code?: number;
  };
  return `${type} ${metadata?.name ?? code ?? metadata?.resourceVersion ?? ''}`;
}

async function* linesOf(response: Response): AsyncGenerator<Line, void, void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of response.body ?? []) {
    const parts = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) yield JSON.parse(part) as Line;
  }
}

/** Runs a test with an emulator of its own. */
export function withCluster(
  run: (cluster: TestCluster) => Promise<void>,
  options: ClusterEmulatorOptions = {},
): () => Promise<void> {
  return async () => {
    const cluster = await TestCluster.start(options);
    try {
      await run(cluster);
    } finally {
      await cluster.close();
    }
  };
}

/** A Secret, by its name. */
export function secret(name: string, more: Record<string, unknown> = {}) {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace: 'default' },
    type: 'Opaque',
    ...more,
  };
}

/** An Ingress, by its name. */
export function ingress(name: string, host = 'a.example') {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, namespace: 'default' },
    spec: {
      rules: [
        {
          host,
          http: {
            paths: [
              { path: '/', pathType: 'Prefix', backend: { service: { name: 'shop', port: { number: 80 } } } },
            ],
          },
        },
      ],
    },
  };
}

export const SECRETS = '/api/v1/namespaces/default/secrets';
export const INGRESSES = '/apis/networking.k8s.io/v1/namespaces/default/ingresses';
