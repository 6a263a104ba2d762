/** Which web origins may do what; made from `--cors-origin`. */
export interface Origins {
  /** May read the answers of the API. */
  mayCallApi(origin: string): boolean
  /** May use the control prefix: loopback and what was named, but never everyone. */
  mayControl(origin: string): boolean
  /** The option that would let this origin in besides those that may now. */
  advice(origin: string): string
}

/** What `--cors-origin` takes besides origins by name. */
const keywords = ['loopback', '*', 'none']

export function createOrigins(allowed: readonly string[]): Origins {
  const named = (origin: string) => allowed.includes(origin) && !keywords.includes(origin)
  const loopback = allowed.includes('loopback')
  const everyone = allowed.includes('*')
  return {
    mayCallApi: (origin) => everyone || named(origin) || (loopback && isLoopbackOrigin(origin)),
    advice: (origin) => `--cors-origin ${[...allowed.filter((entry) => entry !== 'none'), origin].join(',')}`,
    mayControl: (origin) => named(origin) || isLoopbackOrigin(origin),
  }
}

const isLoopbackOrigin = (origin: string) => URL.canParse(origin) && isLoopbackName(new URL(origin).hostname)

/** A name that only this machine can answer to: `localhost`, `x.localhost`, 127.0.0.0/8 or `[::1]`. */
export const isLoopbackName = (hostname: string): boolean =>
  /^(.+\.)?localhost$|^127(\.\d{1,3}){3}$|^\[::1\]$/.test(hostname)
