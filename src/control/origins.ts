/** The rights of web origins, according to `--cors-origin`. */
export interface Origins {
  /** Whether pages of this origin may read responses of the API. */
  mayCallApi(origin: string): boolean
  /**
   * Whether they may use the control interface: loopback and listed origins may, but `*` does not allow others. `null` may
   * not, even if it is listed: any page can give itself that origin, in a frame with `sandbox`.
   */
  mayControl(origin: string): boolean
  /** Returns the option that also allows this origin; undefined for a text that is no origin of pages, such as `null`. */
  optionFor(origin: string): string | undefined
}

/** `allowed` is the value of `--cors-origin`. */
export function createOrigins(allowed: readonly string[]): Origins {
  const listed = allowed.filter((entry) => !['loopback', '*', 'none'].includes(entry))
  const isListed = (origin: string) => listed.some((entry) => entry === origin || isSubdomain(origin, entry))
  const loopback = allowed.includes('loopback')
  const any = allowed.includes('*')
  return {
    mayCallApi: (origin) => any || isListed(origin) || (loopback && isLoopbackOrigin(origin)),
    optionFor: (origin) =>
      isOrigin(origin)
        ? `--cors-origin ${[...allowed.filter((entry) => entry !== 'none'), origin].join(',')}`
        : undefined,
    mayControl: (origin) => (isListed(origin) && origin !== 'null') || isLoopbackOrigin(origin),
  }
}

/** The message about pages of an origin that may not use this interface; it names the option that allows them. */
export function originError(origin: string, origins: Origins, name: 'API' | 'control interface'): string {
  const option = origins.optionFor(origin)
  const advice = option === undefined ? 'Serve the page from localhost.' : `To allow them, start with ${option}.`
  return `Web pages of ${origin} may not use the ${name}. ${advice}`
}

const isOrigin = (text: string) => URL.canParse(text) && new URL(text).origin === text

/** Whether an origin is one of `https://*.example.com`: scheme and port are equal, and its name has at least one more label. */
function isSubdomain(origin: string, pattern: string): boolean {
  const [scheme = '', domainAndPort] = pattern.split('*')
  // Without this an entry without `*` would allow all origins that begin with it
  if (domainAndPort === undefined) return false
  const isLonger = origin.length > scheme.length + domainAndPort.length
  return isLonger && origin.startsWith(scheme) && origin.endsWith(domainAndPort) && isOrigin(origin)
}

const isLoopbackOrigin = (origin: string) => URL.canParse(origin) && isLoopbackName(new URL(origin).hostname)

/** Whether a host name always denotes this machine: `localhost`, `x.localhost`, 127.0.0.0/8 or `[::1]`. */
export const isLoopbackName = (hostname: string): boolean =>
  /^(.+\.)?localhost$|^127(\.\d{1,3}){3}$|^\[::1\]$/.test(hostname)
