import type { openApi } from './openapi.ts'

export type OpenApi = ReturnType<typeof openApi>

/** Returns a function that makes the OpenAPI document. What makes it is loaded when it is called. */
export const loadOpenApi =
  (...options: Parameters<typeof openApi>) =>
  async (): Promise<OpenApi> =>
    (await import('./openapi.ts')).openApi(...options)
