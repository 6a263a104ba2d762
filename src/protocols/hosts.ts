/** What a client may have taken for the host: as received, without scheme or port, or one of the service's own. */
export function hostViews(host: string, canonical: readonly string[]): string[] {
  const bare = host.replace(/^https?:\/\//, '')
  return [...new Set([host, bare, bare.replace(/:\d+$/, ''), ...canonical])]
}
