/** Whether a host name matches one of the patterns, whose first label may be `*` for any one label. */
export const matchesHostName = (patterns: readonly string[], hostName: string): boolean =>
  patterns.some((pattern) => {
    const name = hostName.toLowerCase()
    if (!pattern.startsWith('*.')) return pattern === name
    const [firstLabel, ...rest] = name.split('.')
    return pattern === `*.${rest.join('.')}` && firstLabel !== ''
  })

/** Whether a text in lower case is a host name or a pattern of host names. */
export const isHostName = (text: string): boolean => /^(\*\.)?[a-z0-9_]([a-z0-9_.-]*[a-z0-9])?$/.test(text)
