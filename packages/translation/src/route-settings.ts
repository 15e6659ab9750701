import type { RouteEntity } from '@silverback/kong-configuration';

/** The fields of a route that annotations decide. */
export type RouteFields = Partial<Omit<RouteEntity, 'id' | 'name' | 'tags' | 'paths' | 'hosts'>>;

/** Settings while they are read; each annotation of the table writes its part. */
export interface RouteSettingsDraft {
  fields: { -readonly [K in keyof RouteFields]: RouteFields[K] };
  hostAliases: string[];
  regexPrefix: string | undefined;
  headersSeparator: string;
  forceHttps: boolean;
  rewrite: string | undefined;
}
