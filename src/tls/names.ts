import { serviceNames } from '../service-names.ts'

const localNames = ['localhost', '127.0.0.1', '::1']

/** Every name and address for which TLS is ended here; `more` are the operator's. */
export const tlsNames = (more: readonly string[]): string[] => [...localNames, ...serviceNames, ...more]

/** Whether a name is one of those, a `*` standing for one label. */
export const isOneOf = (names: readonly string[], name: string): boolean =>
  names.some((known) => {
    const wanted = name.toLowerCase()
    if (!known.startsWith('*.')) return known === wanted
    const [, ...rest] = wanted.split('.')
    return known === `*.${rest.join('.')}` && !wanted.startsWith('.')
  })
