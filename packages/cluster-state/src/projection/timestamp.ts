const RFC_3339 =
  /^(\d{4})-(\d\d)-(\d\d)[Tt]([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

/**
 * A time in RFC 3339 as the same time in UTC with whole seconds, as Kubernetes writes it: such texts sort by time.
 *
 * @returns undefined if `text` is not a time in RFC 3339
 */
export function utcTimestamp(text: string): string | undefined {
  const parts = RFC_3339.exec(text);
  if (!parts) return undefined;
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  if (new Date(Date.UTC(2000 + (year % 400), month - 1, day)).getUTCMonth() !== month - 1 || day === 0) {
    return undefined;
  }
  const iso = new Date(text.toUpperCase()).toISOString();
  return iso.length === 24 ? `${iso.slice(0, 19)}Z` : undefined;
}
