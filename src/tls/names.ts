/** Whether a host name matches one of the patterns, whose first label may be `*` for any one label. */
export const isOneOf = (patterns: readonly string[], hostName: string): boolean =>
  patterns.some((pattern) => {
    const name = hostName.toLowerCase()
    if (!pattern.startsWith('*.')) return pattern === name
    const [firstLabel, ...rest] = name.split('.')
    return pattern === `*.${rest.join('.')}` && firstLabel !== ''
  })
