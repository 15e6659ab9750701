import type { Code } from '@silverback/errors';
import type {
  BackendContext,
  BackendServices,
  DiscoveryBackend,
  MembershipSnapshot,
  ParsedSettings,
  ProxyDiscovery,
  ProxyMember,
} from './contract.ts';
import { guardServices } from './guarded-services.ts';
import { checkSnapshot } from './snapshot-check.ts';

/** How long a backend may take for its first report, in ms. */
const FIRST_REPORT_MS = 30_000;

/** How long a backend may take for its end, in ms. */
const STOP_MS = 5_000;

/**
 * A backend of somebody else, so that no mistake in it ends the controller or gets a proxy into a fleet that should not
 * be there: what it throws becomes a mistake in the settings or a failing source, also out of a timer of the clock that it
 * is given, and a report that breaks the contract (or brings http:// into a fleet that is not insecure) leaves the last
 * good members in force. An end that fails or takes too long delays nobody.
 */
export function guardBackend(backend: DiscoveryBackend): DiscoveryBackend {
  return {
    name: backend.name,
    parseSettings: (value, context) => guardedParse(backend, value, context),
    create: (settings, context, services) =>
      new GuardedDiscovery(
        backend.name,
        (guarded) => backend.create(settings, context, guarded),
        context,
        services,
      ),
  };
}

function guardedParse(
  backend: DiscoveryBackend,
  value: unknown,
  context: BackendContext,
): ParsedSettings<unknown> {
  let parsed: unknown;
  try {
    parsed = backend.parseSettings(value, context);
  } catch (error) {
    return mistake(`the backend could not check its settings: ${messageOf(error)}`);
  }
  if (isRecord(parsed) && parsed['ok'] === true) return { ok: true, settings: parsed['settings'] };
  const issues = isRecord(parsed) && Array.isArray(parsed['issues']) ? (parsed['issues'] as unknown[]) : [];
  const good = issues.flatMap((issue) =>
    isRecord(issue) && typeof issue['path'] === 'string' && typeof issue['message'] === 'string'
      ? [{ path: issue['path'], message: issue['message'] }]
      : [],
  );
  return good.length > 0
    ? { ok: false, issues: good }
    : mistake('the backend refuses its settings without a reason');
}

class GuardedDiscovery implements ProxyDiscovery {
  readonly #name: string;
  readonly #make: (services: BackendServices) => ProxyDiscovery;
  readonly #context: BackendContext;
  readonly #services: BackendServices;
  #inner: ProxyDiscovery | undefined;
  #report: ((snapshot: MembershipSnapshot) => void) | undefined;
  #members: readonly ProxyMember[] = [];
  readonly #settled = Promise.withResolvers<undefined>();

  constructor(
    name: string,
    make: (services: BackendServices) => ProxyDiscovery,
    context: BackendContext,
    services: BackendServices,
  ) {
    this.#name = name;
    this.#make = make;
    this.#context = context;
    this.#services = services;
  }

  async start(report: (snapshot: MembershipSnapshot) => void): Promise<void> {
    this.#report = report;
    const cancel = this.#services.clock.schedule(FIRST_REPORT_MS, () => {
      this.#fail('DiscoveryBackendFailed', `has not reported within ${FIRST_REPORT_MS} ms`);
    });
    this.#begin().catch((error: unknown) => {
      this.#fail('DiscoveryBackendFailed', `could not start: ${messageOf(error)}`);
    });
    await this.#settled.promise;
    cancel();
  }

  async stop(): Promise<void> {
    this.#report = undefined;
    this.#settled.resolve(undefined);
    const ended = Promise.withResolvers<undefined>();
    const cancel = this.#services.clock.schedule(STOP_MS, () => {
      ended.resolve(undefined);
    });
    // Nobody listens any more to what is wrong with it.
    this.#end().then(ended.resolve, ended.resolve);
    await ended.promise;
    cancel();
  }

  async #end(): Promise<undefined> {
    await this.#inner?.stop();
    return undefined;
  }

  async #begin(): Promise<void> {
    const services = guardServices(this.#services, (error) => {
      this.#fail('DiscoveryBackendFailed', `has failed: ${messageOf(error)}`);
    });
    this.#inner = this.#make(services);
    await this.#inner.start((snapshot) => {
      this.#receive(snapshot);
    });
  }

  #receive(snapshot: unknown): void {
    const checked = checkSnapshot(snapshot, {
      origin: this.#name,
      insecure: this.#context.insecure,
      now: this.#services.clock.now(),
    });
    if ('mistake' in checked) {
      this.#fail('DiscoveryReportInvalid', `reports what it must not: ${checked.mistake}`);
      return;
    }
    this.#members = checked.snapshot.members;
    this.#tell(checked.snapshot);
  }

  #fail(code: Code, message: string): void {
    this.#tell({
      origin: this.#name,
      members: this.#members,
      health: { state: 'failing', code, message: `the backend ${this.#name} ${message}` },
    });
  }

  #tell(snapshot: MembershipSnapshot): void {
    this.#report?.(snapshot);
    this.#settled.resolve(undefined);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function mistake(message: string): ParsedSettings<never> {
  return { ok: false, issues: [{ path: '', message }] };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
