import { useEffect, useState } from 'preact/hooks'

type Params = Readonly<Record<string, string>>

/** Where the page is: a view and its parameters, as in `#/key-pairs?account=default&q=web`. */
function readRoute(): { readonly view: string; readonly params: Params } {
  const [path = '', query = ''] = location.hash.replace(/^#\/?/, '').split('?')
  return { view: path, params: Object.fromEntries(new URLSearchParams(query)) }
}

/** A query string. Parameters that are empty are left out. */
export function queryOf(params: Readonly<Record<string, string | number>>): string {
  const given = Object.entries(params).flatMap(([name, value]) => (value === '' ? [] : [[name, `${value}`]]))
  return given.length > 0 ? `?${new URLSearchParams(given)}` : ''
}

export const hrefOf = (view: string, params: Params = {}): string => `#/${view}${queryOf(params)}`

/** Changes parameters of the present view, in place, so that the URL can be shared. */
export function setParams(changes: Params): void {
  const { view, params } = readRoute()
  history.replaceState(null, '', hrefOf(view, { ...params, ...changes }))
  dispatchEvent(new HashChangeEvent('hashchange'))
}

export function useRoute() {
  const [route, setRoute] = useState(readRoute)
  useEffect(() => {
    const update = () => setRoute(readRoute())
    addEventListener('hashchange', update)
    return () => removeEventListener('hashchange', update)
  }, [])
  return route
}
