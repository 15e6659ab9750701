/** One document of a manifest, as far as it must be known to send it to an API server. */
export interface ManifestDocument {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  readonly text: string;
}

/**
 * Reads the documents of a manifest that is written as those of the example: block style, names without quotes.
 *
 * @throws Error if a document has no apiVersion, kind or name
 */
export function readDocuments(manifest: string): ManifestDocument[] {
  return manifest
    .split(/^---\s*$/m)
    .filter((text) => /^[^#\s]/m.test(text))
    .map(readDocument);
}

function readDocument(text: string): ManifestDocument {
  const apiVersion = /^apiVersion: (\S+)$/m.exec(text)?.[1];
  const kind = /^kind: (\S+)$/m.exec(text)?.[1];
  const metadata = /^metadata:\n((?: +.*\n?)+)/m.exec(text)?.[1] ?? '';
  const name = /^ {2}name: (\S+)$/m.exec(metadata)?.[1];
  const namespace = /^ {2}namespace: (\S+)$/m.exec(metadata)?.[1];
  if (apiVersion === undefined || kind === undefined || name === undefined)
    throw new Error('a document of a manifest has no apiVersion, kind or name');
  return { apiVersion, kind, name, text, ...(namespace !== undefined && { namespace }) };
}
