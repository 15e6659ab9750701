import { isIP } from 'node:net';

const LABEL = '[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?';
const DNS_NAME = new RegExp(`^(?=.{1,253}$)${LABEL}(\\.${LABEL})*$`, 'i');
const PLACEHOLDER = /\{([^{}]*)\}/g;

/** What is wrong with the name that certificates must carry, or undefined. */
export function serverNameMistake(name: string): string | undefined {
  const fits = isIP(name) !== 0 || (DNS_NAME.test(name) && !/(?:^|\.)\d+$/.test(name));
  return fits ? undefined : 'must be a DNS name, such as kong-admin.kong.svc, or an IP address';
}

/**
 * Puts values into a template such as `{service}.{namespace}.svc`. Values come from settings only: a name from DNS or
 * from the cluster would let whoever writes there say which certificate is right.
 *
 * @returns the name, or what is wrong with the template
 */
export function fillServerName(
  template: string,
  values: Readonly<Record<string, string>>,
): { readonly name: string } | { readonly mistake: string } {
  const keys = Object.keys(values);
  const unknown = [...template.matchAll(PLACEHOLDER)].find(([, key]) => !keys.includes(key ?? ''));
  if (unknown) {
    const allowed = keys.map((key) => `{${key}}`).join(' and ');
    return { mistake: `${unknown[0]} cannot be put in; allowed: ${allowed}` };
  }
  const name = template.replaceAll(PLACEHOLDER, (_, key: string) => values[key] ?? '');
  const mistake = serverNameMistake(name);
  return mistake === undefined ? { name } : { mistake };
}
