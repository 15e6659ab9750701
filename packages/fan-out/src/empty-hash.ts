/** Whether a hash is that of a proxy without any configuration: 32 zeros (Kong 3.9). */
export function isEmptyHash(hash: string): boolean {
  return /^0+$/.test(hash);
}
