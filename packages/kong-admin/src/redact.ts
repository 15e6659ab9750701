const hidden = '[redacted]';
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The forms in which Kong repeats what it was given: `with key set to '…' already declared` of a uniqueness violation,
 * `invalid value: …` of a pattern, and the constraint of a database. Each runs as far as it can: a value may hold quotes.
 * All of them take time in proportion to the text, whatever it holds: a proxy may send megabytes.
 */
const quotations: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN[\s\S]*?(?:-----END[^-]*-----|$)/g, hidden],
  [/set to '[\s\S]*'(?= already declared)|set to '[\s\S]*$/g, `set to '${hidden}'`],
  [/violation detected on '[\s\S]*(?:'|$)/gi, `violation detected on '${hidden}'`],
  [/invalid value: [\s\S]*$/g, `invalid value: ${hidden}`],
  [/(?<![\w-])eyJ[\w-]*\.[\w-]*\.?[\w-]*/g, hidden],
];

/** More than this is not looked at, in characters: far more than is ever shown. */
const longestText = 16_384;

/** 32 characters or more that could be a key, in hex or base64; words and UUIDs are no secrets. */
const run = /[A-Za-z0-9+/_=-]{32,}/g;
const words = /^[a-z/_-]+$/;

/**
 * Takes out of Kong's words whatever may be a secret: values that it quotes, PEM, JWTs, and long runs of hex or base64.
 * It also makes one line of it.
 *
 * @param maximalLength - in characters; the rest is cut off
 */
export function redact(text: string, maximalLength = 1000): string {
  const bounded = text.length <= longestText ? text : cut(text);
  const quiet = quotations.reduce((rest, [form, replacement]) => rest.replace(form, replacement), bounded);
  const line = quiet
    .replace(run, (found) => (uuid.test(found) || words.test(found) ? found : hidden))
    .replace(/\p{Cc}+/gu, ' ')
    .trim();
  return line.length <= maximalLength ? line : `${line.slice(0, maximalLength - 1)}…`;
}

/** Half a key would no longer look like one: what stands at the cut goes as well. */
function cut(text: string): string {
  return text.slice(0, longestText).replace(/[A-Za-z0-9+/_=-]+$/, '');
}
