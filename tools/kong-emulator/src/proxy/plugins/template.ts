/** What a template may refer to. */
export interface TemplateNames {
  readonly uri_captures: Readonly<Record<string, string>>;
  readonly headers: (name: string) => string | undefined;
  readonly query_params: (name: string) => string | undefined;
}

/** A template that says more than the emulator understands, or that Lua would stumble over. */
export class TemplateError extends Error {}

/**
 * Fills `$(...)` in. Inside stand names (`uri_captures[1]`, `headers["x-a"]`, `query_params.b`) and texts, joined by
 * `or`; a name without a value is empty. Lua beyond that isn't run.
 * @throws TemplateError
 */
export function fillTemplate(template: string, names: TemplateNames): string {
  return template.replaceAll(/\$\(((?:[^()]|\([^()]*\))*)\)/g, (_, code: string) => evaluate(code, names));
}

function evaluate(code: string, names: TemplateNames): string {
  for (const alternative of code.split(/\sor\s/)) {
    const value = read(
      alternative
        .trim()
        .replace(/^\((.*)\)$/, '$1')
        .trim(),
      names,
    );
    if (value !== undefined) return value;
  }
  return '';
}

function read(term: string, names: TemplateNames): string | undefined {
  const [, quoted] = /^(?:"([^"]*)")$/.exec(term.replaceAll("'", '"')) ?? [];
  if (quoted !== undefined) return quoted;
  const found = /^(\w+)(?:\.(\w+)|\[(.+)\])$/.exec(term);
  const table = found?.[1];
  const name = (found?.[2] ?? found?.[3])?.replace(/^["'](.*)["']$/, '$1');
  if (name === undefined) throw new TemplateError(`the template $(${term}) is not understood`);
  switch (table) {
    case 'uri_captures':
      return names.uri_captures[name];
    case 'headers':
      return names.headers(name.toLowerCase());
    case 'query_params':
      return names.query_params(name);
    default:
      throw new TemplateError(`the template $(${term}) is not understood`);
  }
}
