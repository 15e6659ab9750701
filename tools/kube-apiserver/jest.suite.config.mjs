import preset from '../../jest.preset.mjs';

/** The suite against a real API server; see README.md. */
export default {
  ...preset,
  testMatch: ['<rootDir>/src/{suite,contract}/**/*.test.ts'],
  // Bookmarks and watches of a real server take their time.
  testTimeout: 60_000,
};
