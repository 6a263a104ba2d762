/** The rights of web origins, according to `--cors-origin`. */
export interface Origins {
  /** Whether pages of this origin may read responses of the API. */
  mayCallApi(origin: string): boolean
  /** Whether they may use the control interface: loopback and listed origins may, but `*` does not allow others. */
  mayControl(origin: string): boolean
  /** Returns the option that also allows this origin. */
  advice(origin: string): string
}

/** The values of `--cors-origin` that are not origins. */
const keywords = ['loopback', '*', 'none']

/** `allowed` is the value of `--cors-origin`. */
export function createOrigins(allowed: readonly string[]): Origins {
  const isListed = (origin: string) => allowed.includes(origin) && !keywords.includes(origin)
  const loopback = allowed.includes('loopback')
  const any = allowed.includes('*')
  return {
    mayCallApi: (origin) => any || isListed(origin) || (loopback && isLoopbackOrigin(origin)),
    advice: (origin) => `--cors-origin ${[...allowed.filter((entry) => entry !== 'none'), origin].join(',')}`,
    mayControl: (origin) => isListed(origin) || isLoopbackOrigin(origin),
  }
}

const isLoopbackOrigin = (origin: string) => URL.canParse(origin) && isLoopbackName(new URL(origin).hostname)

/** Whether a host name always denotes this machine: `localhost`, `x.localhost`, 127.0.0.0/8 or `[::1]`. */
export const isLoopbackName = (hostname: string): boolean =>
  /^(.+\.)?localhost$|^127(\.\d{1,3}){3}$|^\[::1\]$/.test(hostname)
