/** The part of npm `qcloudapi-sdk` that the tests use. The package has no types. */
declare module 'qcloudapi-sdk' {
  interface Options {
    readonly SecretId?: string
    readonly SecretKey?: string
    readonly serviceType?: string
    readonly Region?: string
    readonly method?: 'GET' | 'POST'
    readonly protocol?: string
    readonly host?: string
  }

  export default class QcloudApi {
    constructor(defaults: Options)
    request<Answer>(
      params: Readonly<Record<string, unknown>>,
      options: Options,
      callback: (error: Error | null, answer: Answer) => void,
    ): void
  }
}
