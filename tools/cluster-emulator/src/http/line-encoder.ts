import type { Kind } from '../kinds/kind.ts';
import type { Stored } from '../store/stored.ts';
import type { View } from './accept.ts';
import type { Views } from './view.ts';

/** Makes the lines of watches. Watches that are told the same, one after another, share one text. */
export class LineEncoder {
  readonly #views: Views;
  readonly #lines = new Map<string, string>();
  #object: Stored | undefined;

  constructor(views: Views) {
    this.#views = views;
  }

  /** @param isFirst - of its watch: tables tell their columns there */
  line(type: string, kind: Kind, object: Stored, view: View, isFirst: boolean): string {
    if (this.#object !== object) {
      this.#object = object;
      this.#lines.clear();
    }
    const form = `${type} ${kind.version} ${view} ${isFirst && view === 'table'}`;
    let line = this.#lines.get(form);
    if (line === undefined) {
      line = `{"type":"${type}","object":${this.#views.watched(kind, object, view, isFirst)}}\n`;
      this.#lines.set(form, line);
    }
    return line;
  }
}
