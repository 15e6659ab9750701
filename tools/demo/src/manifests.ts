import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Copies the example's manifests into the working directory and points their EndpointSlices to the ports that the echo
 * backends really have.
 *
 * @param from - `examples/shop`
 * @param to - the folder that the controller reads
 * @param ports - port in the example → port of the backend
 */
export function copyManifests(from: string, to: string, ports: ReadonlyMap<number, number>): void {
  mkdirSync(to, { recursive: true });
  for (const file of readdirSync(from).filter((name) => name.endsWith('.yaml'))) {
    writeFileSync(join(to, file), rewriteEndpointPorts(readFileSync(join(from, file), 'utf8'), ports));
  }
}

/**
 * Replaces the ports of EndpointSlices in the text of a manifest file; Services, Ingresses, comments and layout stay as
 * they are.
 *
 * @param text - YAML documents, separated by `---`
 * @param ports - old port → new port; other ports are kept
 */
export function rewriteEndpointPorts(text: string, ports: ReadonlyMap<number, number>): string {
  return text
    .split(/^(?=---\s*$)/m)
    .map((document) => (isEndpointSlice(document) ? rewritePorts(document, ports) : document))
    .join('');
}

function isEndpointSlice(document: string): boolean {
  return /^kind: EndpointSlice\s*$/m.test(document);
}

function rewritePorts(document: string, ports: ReadonlyMap<number, number>): string {
  return document.replace(/^(\s*(?:- )?port: )(\d+)(?=[^\S\n]*$)/gm, (line, key: string, port: string) => {
    const replacement = ports.get(Number(port));
    return replacement === undefined ? line : `${key}${replacement}`;
  });
}
