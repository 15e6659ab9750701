export { caCertificateEnd } from './ca-certificate.ts';
export { CurrentResources } from './current-resources.ts';
export { TranslationEngine, type FragmentChanges, type TranslationEngineOptions } from './engine.ts';
export type { Root, TranslationContext, Translator } from './translator.ts';
export { ingressTranslator } from './ingress.ts';
export { kongPluginTranslator } from './kong-plugin.ts';
export { Provenance, type EntityOrigin } from './provenance.ts';
export { secretTranslator } from './secret.ts';
export { serviceTranslator } from './service.ts';
