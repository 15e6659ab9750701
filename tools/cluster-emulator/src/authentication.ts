import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import type { RequestInfo } from './http/request-info.ts';

/** What somebody may do, as in a rule of RBAC; `*` stands for everything. */
export interface PolicyRule {
  readonly apiGroups: readonly string[];
  /** Plurals, with the subresource, as in `ingresses/status`. */
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  /** Only objects of these names; default all. */
  readonly resourceNames?: readonly string[];
  /** Only within these namespaces; default everywhere. */
  readonly namespaces?: readonly string[];
}

/** Somebody who may ask. */
export interface User {
  readonly name: string;
  /** Bearer tokens; a client certificate whose common name is `name` does as well. */
  readonly tokens?: readonly string[];
  /** What they may do; default everything. */
  readonly rules?: readonly PolicyRule[];
}

/** Knows who asks, and what they may do. */
export class Authentication {
  readonly #users = new Map<string, User>();

  constructor(users: readonly User[]) {
    for (const user of users) this.setUser(user);
  }

  /** Adds somebody, or changes the tokens and rules of somebody. */
  setUser(user: User): void {
    this.#users.set(user.name, user);
  }

  /** Forgets somebody. */
  removeUser(name: string): void {
    this.#users.delete(name);
  }

  /** Who asks; undefined if nobody can tell. */
  identify(request: IncomingMessage): User | undefined {
    const token = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (token !== undefined) return [...this.#users.values()].find(({ tokens }) => tokens?.includes(token));
    const name = certifiedName(request);
    return name === undefined ? undefined : this.#users.get(name);
  }
}

function certifiedName({ socket }: IncomingMessage): string | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined;
  const { CN } = socket.getPeerCertificate().subject;
  return Array.isArray(CN) ? CN[0] : CN;
}

/** Whether somebody may do something. */
export function mayDo(user: User, request: RequestInfo): boolean {
  return user.rules === undefined || user.rules.some((rule) => allows(rule, request));
}

function allows(
  rule: PolicyRule,
  { verb, group, plural, subresource, namespace, name }: RequestInfo,
): boolean {
  const resource = subresource === '' ? plural : `${plural}/${subresource}`;
  return (
    holds(rule.verbs, verb) &&
    holds(rule.apiGroups, group) &&
    holds(rule.resources, resource) &&
    (rule.namespaces === undefined || rule.namespaces.includes(namespace)) &&
    (rule.resourceNames === undefined || rule.resourceNames.includes(name))
  );
}

function holds(values: readonly string[], value: string): boolean {
  return values.includes('*') || values.includes(value);
}
