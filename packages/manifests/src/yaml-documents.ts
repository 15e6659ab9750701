import { setImmediate } from 'node:timers/promises';

import { CORE_SCHEMA, loadAll, mergeTag, YAMLException } from 'js-yaml';

import { aliasMistake } from './alias-limit.ts';

/** One document of a file. */
export interface ManifestDocument {
  readonly value: unknown;
  /** Line of the file on which its content begins, counted from 1. */
  readonly line: number;
}

/** Where and why a file can't be parsed. Holds nothing of the file's content, which may be secret. */
export interface ParseMistake {
  readonly line: number;
  /** Counted from 1; 1 where only the document is known. */
  readonly column: number;
  readonly reason: string;
}

export type ParsedFile =
  { readonly documents: readonly ManifestDocument[] } | { readonly mistake: ParseMistake };

interface Chunk {
  readonly text: string;
  /** How many lines of the file come before it. */
  readonly linesBefore: number;
  /** How many of its lines come before its content. */
  readonly blankLines: number;
}

const SEPARATOR = /^---(?=[ \t\r]|$)/;
const NO_CONTENT = /^(---)?[ \t]*(#.*|%.*)?\r?$/;
const MAXIMUM_DOCUMENTS = 100_000;

/** Characters after which the event loop gets its turn: some milliseconds of parsing. */
const SLICE = 64 * 1024;

/** JSON's types, with the merge keys that kubectl understands; dates stay text. */
const SCHEMA = CORE_SCHEMA.withTags(mergeTag);

/**
 * Parses YAML, or JSON as the part of YAML that it is. The event loop gets its turn between documents.
 *
 * @param text - the content of a file
 * @returns the documents that are not empty, or the first mistake
 */
export async function parseDocuments(text: string): Promise<ParsedFile> {
  const chunks = splitDocuments(text);
  if (chunks.length > MAXIMUM_DOCUMENTS) {
    return { mistake: { line: 1, column: 1, reason: `more than ${MAXIMUM_DOCUMENTS} documents` } };
  }
  const documents: ManifestDocument[] = [];
  let parsedLength = 0;
  for (const chunk of chunks) {
    const parsed = parseChunk(chunk);
    if ('mistake' in parsed) return parsed;
    documents.push(...parsed.documents);
    parsedLength += chunk.text.length;
    if (parsedLength < SLICE) continue;
    await setImmediate();
    parsedLength = 0;
  }
  return { documents };
}

/** Cuts at the lines that begin with `---`, which YAML allows nowhere within a document. */
function splitDocuments(text: string): Chunk[] {
  const chunks: Chunk[] = [];
  const lines = text.split('\n');
  let begin = 0;
  let contentAt = -1;
  const cut = (end: number): void => {
    if (contentAt < 0) return;
    const chunk = { text: lines.slice(begin, end).join('\n'), linesBefore: begin };
    chunks.push({ ...chunk, blankLines: contentAt - begin });
    begin = end;
    contentAt = -1;
  };
  for (const [index, line] of lines.entries()) {
    if (SEPARATOR.test(line)) cut(index);
    if (contentAt < 0 && !NO_CONTENT.test(line)) contentAt = index;
  }
  cut(lines.length);
  return chunks;
}

function parseChunk(chunk: Chunk): ParsedFile {
  const line = chunk.linesBefore + chunk.blankLines + 1;
  let values: unknown[];
  try {
    values = loadAll(chunk.text, { schema: SCHEMA });
  } catch (error) {
    return { mistake: mistakeOf(error, chunk, line) };
  }
  const aliases = aliasMistake(values, chunk.text.length);
  if (aliases !== undefined) return { mistake: { line, column: 1, reason: aliases } };
  return { documents: values.filter((value) => value !== null).map((value) => ({ value, line })) };
}

/** The parser may throw anything for input that is bad enough; only its own errors say where. */
function mistakeOf(error: unknown, chunk: Chunk, line: number): ParseMistake {
  if (!(error instanceof YAMLException)) return { line, column: 1, reason: 'the YAML parser failed' };
  const { mark } = error;
  if (!mark) return { line, column: 1, reason: withoutContent(error.reason) };
  return {
    line: chunk.linesBefore + mark.line + 1,
    column: mark.column + 1,
    reason: withoutContent(error.reason),
  };
}

/** Some reasons of the parser quote the file, as in `unidentified alias "x"`, and files hold secrets. */
function withoutContent(reason: string): string {
  return reason.replace(/\s*("|!<|: ).*$/s, '');
}
