/** npm `tencentcloud-sdk-nodejs-intl-en` has no types. */
declare module 'tencentcloud-sdk-nodejs-intl-en/*' {
  // biome-ignore lint/suspicious/noExplicitAny: the package has no types
  const value: any
  export default value
}
