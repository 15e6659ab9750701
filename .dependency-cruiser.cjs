const { rooms } = require('./dependency-rules.cjs');

const folders = Object.keys(rooms);
const folderOf = (name) => folders.find((folder) => folder.endsWith(`/${name}`));
const pattern = (names) => names.map((name) => `^${folderOf(name)}/`);
const testFiles = ['\\.test\\.ts$', '/src/testing/'];

function rulesOf([folder, room]) {
  const values = room.imports ?? [];
  const types = room.types ?? [];
  const tests = room.testImports ?? [];
  const elsewhere = `^(packages|apps|tools)/`;
  return [
    {
      name: `${folder}-imports`,
      comment: `${folder} may import: ${[...values, ...types].join(', ') || 'nothing'}`,
      severity: 'error',
      from: { path: `^${folder}/`, pathNot: testFiles },
      to: { path: elsewhere, pathNot: [`^${folder}/`, ...pattern([...values, ...types])] },
    },
    {
      name: `${folder}-test-imports`,
      severity: 'error',
      from: { path: testFiles.map((test) => `^${folder}/.*${test}`) },
      to: { path: elsewhere, pathNot: [`^${folder}/`, ...pattern([...values, ...types, ...tests])] },
    },
    ...(types.length === 0
      ? []
      : [
          {
            name: `${folder}-types-only`,
            comment: `${folder} may import only types from: ${types.join(', ')}`,
            severity: 'error',
            from: { path: `^${folder}/`, pathNot: testFiles },
            to: { path: pattern(types), dependencyTypesNot: ['type-only'] },
          },
        ]),
  ];
}

module.exports = {
  forbidden: [
    ...Object.entries(rooms).flatMap(rulesOf),
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-deep-import',
      comment: 'Import a package by its name, never a file inside it.',
      severity: 'error',
      from: { path: '^(packages|apps|tools)/([^/]+)/' },
      // A test double that ships with a package is its second entry.
      to: { path: '^(packages|apps|tools)/([^/]+)/src/(?!index|testing\\.ts)', pathNot: '^$1/$2/' },
    },
    {
      name: 'only-the-app-knows-the-container',
      severity: 'error',
      from: { path: '^(packages|tools)/' },
      to: { path: 'node_modules/tsyringe' },
    },
    {
      name: 'declared-dependencies-only',
      comment:
        'A library that a package uses stands in its own package.json, whatever npm has put within reach.',
      severity: 'error',
      from: {
        path: '^(packages|apps|tools)/',
        pathNot: [...testFiles, '/src/testing\\.ts$', '/esbuild\\.mjs$'],
      },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'] },
    },
    {
      name: 'tests-stay-out-of-the-product',
      severity: 'error',
      from: { pathNot: testFiles },
      to: { path: testFiles },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.base.json' },
    doNotFollow: { path: 'node_modules' },
    // Only ours: libraries keep their code in folders of this name, and rules are about them too.
    exclude: { path: '^(packages|apps|tools)/[^/]+/dist/' },
    enhancedResolveOptions: {
      conditionNames: ['@silverback/source', 'import', 'node', 'default'],
      exportsFields: ['exports'],
      extensions: ['.ts', '.js', '.json'],
    },
    tsPreCompilationDeps: true,
  },
};
