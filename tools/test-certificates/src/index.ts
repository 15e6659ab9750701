export {
  createTestCa,
  createTestPki,
  type ClientSubject,
  type KeyPair,
  type TestCa,
  type TestPki,
  type TestPkiOptions,
  type Validity,
} from './test-pki.ts';
