export * from './contract.ts';
export { createAccess } from './admin-access.ts';
export { explainConnectionError } from './connection-error.ts';
export { createConnector, type ConnectorOptions } from './connector.ts';
export { FileCredentialSource, type CredentialFiles } from './file-credential-source.ts';
export { createIdentity, type IdentityOptions } from './identity.ts';
export { IdentityKeeper, type IdentityKeeperOptions } from './identity-keeper.ts';
export { assertTokenAllowed, parseToken } from './token.ts';
