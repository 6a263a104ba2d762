/** Whether a name is one of those, a `*` standing for one label. */
export const isOneOf = (names: readonly string[], name: string): boolean =>
  names.some((known) => {
    const wanted = name.toLowerCase()
    if (!known.startsWith('*.')) return known === wanted
    const [, ...rest] = wanted.split('.')
    return known === `*.${rest.join('.')}` && !wanted.startsWith('.')
  })
