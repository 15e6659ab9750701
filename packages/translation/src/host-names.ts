const LABEL = '[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?';
const HOST = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`);
const HOST_AND_PORT = new RegExp(`^(?:${LABEL}(?:\\.${LABEL})*|\\[[0-9A-Fa-f:.]+\\])(?::\\d{1,5})?$`);

/** Whether Kong takes the text as a plain host name. */
export function isHostName(text: string): boolean {
  return HOST.test(text);
}

/** Whether Kong takes the text as a host of a route: a host name, or one with `*` as its first or last label. */
export function isHostPattern(text: string): boolean {
  if (text.startsWith('*.')) return isHostName(text.slice(2));
  return isHostName(text.endsWith('.*') ? text.slice(0, -2) : text);
}

/** Whether the text is a host name or an address, with or without a port. */
export function isHostWithOptionalPort(text: string): boolean {
  return HOST_AND_PORT.test(text);
}
