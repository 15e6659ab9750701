/** Runs the first TypeScript example of the README of the package to which the test file `testUrl` belongs. */
export function runReadmeExample(testUrl: string): Promise<object>;
