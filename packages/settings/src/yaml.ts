import { CORE_SCHEMA, load, YAMLException } from 'js-yaml';
import type { SettingIssue } from './issue.ts';

/** Reads YAML text as one value; a mistake gives its line and column, counted from 1. */
export function parseYaml(
  text: string,
  file: string,
): { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly issue: SettingIssue } {
  // An empty file is an empty mapping, so that the missing settings are named.
  if (text.replaceAll(/^\s*(#.*)?$/gm, '').trim() === '') return { ok: true, value: {} };
  try {
    return { ok: true, value: load(text, { schema: CORE_SCHEMA }) };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const { mark } = error;
    const place = mark ? `${file}:${mark.line + 1}:${mark.column + 1}` : file;
    // Only the reason: the exception's message quotes the file.
    return { ok: false, issue: { code: 'SettingsSyntax', path: '', origin: place, message: error.reason } };
  }
}
