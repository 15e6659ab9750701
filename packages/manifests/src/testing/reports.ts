import type { ManifestSnapshot } from '../snapshot.ts';

/** Collects reports, and lets a test wait for one of a certain kind. */
export class Reports {
  readonly all: ManifestSnapshot[] = [];
  readonly #waiting = new Set<() => void>();

  readonly take = (snapshot: ManifestSnapshot): void => {
    this.all.push(snapshot);
    for (const check of this.#waiting) check();
  };

  /** Resolves with the latest report, once it fits. */
  async latest(fits: (snapshot: ManifestSnapshot) => boolean): Promise<ManifestSnapshot> {
    return await new Promise((resolve) => {
      const check = (): void => {
        const snapshot = this.all.at(-1);
        if (!snapshot || !fits(snapshot)) return;
        this.#waiting.delete(check);
        resolve(snapshot);
      };
      this.#waiting.add(check);
      check();
    });
  }
}

/** The names of the objects of a snapshot. */
export function names(snapshot: ManifestSnapshot): string[] {
  return snapshot.resources.map((record) => record.metadata.name);
}

/** The codes of the problems of a snapshot. */
export function codes(snapshot: ManifestSnapshot): string[] {
  return snapshot.problems.map((problem) => problem.code);
}
