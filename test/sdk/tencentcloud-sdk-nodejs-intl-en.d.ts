/** npm `tencentcloud-sdk-nodejs-intl-en` has no types of its own. */
declare module 'tencentcloud-sdk-nodejs-intl-en/*' {
  // biome-ignore lint/suspicious/noExplicitAny: nothing is known of it
  const value: any
  export default value
}
