import { isIP } from 'node:net';

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

function isLabel(text: string): boolean {
  return text.length <= 63 && LABEL.test(text);
}

function isSubdomain(text: string): boolean {
  return text.length <= 253 && text.split('.').every((part) => LABEL.test(part));
}

/** What is wrong with the name of an object: the rule of Kubernetes (DNS-1123 subdomain). */
export function subdomainMistake(text: string): string | undefined {
  if (isSubdomain(text)) return undefined;
  return 'must be a DNS name: at most 253 lower-case letters, digits, "-" and ".", each part beginning and ending with a letter or digit';
}

/** What is wrong with the name of a namespace or Service (DNS-1123 label). */
export function labelMistake(text: string): string | undefined {
  if (isLabel(text)) return undefined;
  return 'must be a DNS label: at most 63 lower-case letters, digits and "-", beginning and ending with a letter or digit';
}

/** What is wrong with the host of an Ingress: a DNS name, optionally with `*.` as its first part. */
export function hostMistake(text: string): string | undefined {
  const name = text.startsWith('*.') ? text.slice(2) : text;
  if (isSubdomain(name) && isIP(name) === 0) return undefined;
  return 'must be a DNS name in lower case such as shop.example.com or *.example.com, without port and not an IP address';
}
