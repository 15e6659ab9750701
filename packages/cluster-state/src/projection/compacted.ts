/**
 * The same value in less memory. What is put together field by field, with spreads and conditions, takes up to three
 * times the room of what the JSON parser builds, and there are hundreds of thousands of records.
 *
 * @param value - holds nothing but what JSON can say
 */
export function compacted<T extends object>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
