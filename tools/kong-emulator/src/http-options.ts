/** nginx's defaults: idle connections stay for 75 seconds, and no request is cut for being long. */
export const LIKE_NGINX = { keepAliveTimeout: 75_000, requestTimeout: 0 } as const;
