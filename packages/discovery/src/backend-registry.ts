import { SilverbackError } from '@silverback/errors';
import type {
  BackendContext,
  BackendServices,
  DiscoveryBackend,
  ParsedSettings,
  ProxyDiscovery,
} from './contract.ts';

/** A backend with settings that have been checked. */
export interface ConfiguredBackend {
  readonly name: string;
  create(services: BackendServices): ProxyDiscovery;
}

/** The kinds of discovery that a controller knows, by the names that settings files use. */
export class BackendRegistry {
  readonly #backends = new Map<string, DiscoveryBackend>();

  /** Names in alphabetical order. */
  get names(): string[] {
    return [...this.#backends.keys()].sort();
  }

  /** @throws SilverbackError `DiscoveryBackendDuplicate` for a name that is taken */
  register<S>(backend: DiscoveryBackend<S>): this {
    if (this.#backends.has(backend.name)) {
      throw new SilverbackError('DiscoveryBackendDuplicate', {
        message: `there is already a discovery backend named ${backend.name}`,
      });
    }
    this.#backends.set(backend.name, backend);
    return this;
  }

  /**
   * Reads one entry of a fleet's `discovery` list: an object with exactly one key, which names the backend.
   * Finds every mistake, throws nothing; paths start with the backend's name.
   */
  parseEntry(entry: unknown, context: BackendContext): ParsedSettings<ConfiguredBackend> {
    const keys =
      typeof entry === 'object' && entry !== null && !Array.isArray(entry) ? Object.keys(entry) : [];
    const [name] = keys;
    if (name === undefined || keys.length > 1) {
      return mistake(
        '',
        `must be an object with exactly one key, which names a backend: ${this.names.join(', ')}`,
      );
    }
    const backend = this.#backends.get(name);
    if (backend === undefined) {
      return mistake(name, `there is no such discovery backend; known are: ${this.names.join(', ')}`);
    }
    const parsed = backend.parseSettings((entry as Readonly<Record<string, unknown>>)[name], context);
    if (parsed.ok) {
      return {
        ok: true,
        settings: { name, create: (services) => backend.create(parsed.settings, context, services) },
      };
    }
    return {
      ok: false,
      issues: parsed.issues.map(({ path, message }) => ({ path: below(name, path), message })),
    };
  }
}

function below(name: string, path: string): string {
  return path === '' || path.startsWith('[') ? `${name}${path}` : `${name}.${path}`;
}

function mistake(path: string, message: string): ParsedSettings<never> {
  return { ok: false, issues: [{ path, message }] };
}
