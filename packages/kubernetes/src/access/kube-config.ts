/**
 * The one part of @kubernetes/client-node that is used. It is named here, and this file is what is loaded when it is
 * needed: of a library that is loaded whole, bundlers keep all, which here is fifteen times as much.
 */
export { KubeConfig } from '@kubernetes/client-node';
