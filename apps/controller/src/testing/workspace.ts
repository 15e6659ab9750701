import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A directory for one test. */
export interface Workspace {
  readonly path: string;
  /** Writes a file, with the folders above it, and returns its path. */
  write(name: string, content: string): string;
  remove(name: string): void;
  /** Removes everything. */
  close(): void;
}

/** Makes an empty directory. */
export function makeWorkspace(): Workspace {
  const path = mkdtempSync(join(tmpdir(), 'silverback-test-'));
  return {
    path,
    write: (name, content) => {
      const file = join(path, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
      return file;
    },
    remove: (name) => {
      rmSync(join(path, name), { recursive: true });
    },
    close: () => {
      rmSync(path, { recursive: true });
    },
  };
}
