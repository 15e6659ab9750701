/** One row of the table in dependency-rules.cjs. */
export interface Room {
  readonly imports: readonly string[];
  readonly types?: readonly string[];
  readonly testImports?: readonly string[];
}

/** What a room's own files say. */
export interface RoomFiles {
  readonly folder: string;
  readonly dependencies: readonly string[];
  readonly devDependencies: readonly string[];
  /** `references` of its tsconfig.lib.json, as folders of the workspace. */
  readonly references: readonly string[];
  readonly hasReadme: boolean;
}

const SCOPE = '@silverback/';

/**
 * Where the files of the rooms and the table of allowed imports disagree, one sentence each.
 *
 * @param rooms - folder → its row
 * @param files - what stands in the folders that exist
 */
export function roomMistakes(rooms: Readonly<Record<string, Room>>, files: readonly RoomFiles[]): string[] {
  const known = new Set(files.map(({ folder }) => folder));
  return [
    ...Object.keys(rooms)
      .filter((folder) => !known.has(folder))
      .map((folder) => `${folder}: has a row in dependency-rules.cjs but is not there`),
    ...files.flatMap((file) => {
      const room = rooms[file.folder];
      return room ? mistakesOf(file, room) : [`${file.folder}: has no row in dependency-rules.cjs`];
    }),
  ];
}

function mistakesOf(file: RoomFiles, room: Room): string[] {
  const allowed = new Set([...room.imports, ...(room.types ?? [])]);
  const inTests = new Set([...allowed, ...(room.testImports ?? [])]);
  const ours = (names: readonly string[]): string[] =>
    names.filter((name) => name.startsWith(SCOPE)).map((name) => name.slice(SCOPE.length));
  const referenced = new Set(file.references.map((folder) => folder.slice(folder.lastIndexOf('/') + 1)));
  const depended = ours(file.dependencies);
  return [
    ...depended
      .filter((name) => !allowed.has(name))
      .map((name) => `${file.folder}: may not depend on ${name}`),
    ...ours(file.devDependencies)
      .filter((name) => !inTests.has(name))
      .map((name) => `${file.folder}: may not depend on ${name}, not even in tests`),
    ...depended
      .filter((name) => !referenced.has(name))
      .map((name) => `${file.folder}: depends on ${name}, but tsconfig.lib.json does not reference it`),
    ...[...referenced]
      .filter((name) => !depended.includes(name))
      .map(
        (name) =>
          `${file.folder}: tsconfig.lib.json references ${name}, but package.json does not depend on it`,
      ),
    ...(file.hasReadme ? [] : [`${file.folder}: has no README.md`]),
  ];
}
