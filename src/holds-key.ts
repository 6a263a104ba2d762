/** A private key, pasted as PEM or as the base64 in it, of which a `+` may have come as a space. */
export const holdsKey = /PRIVATE KEY|^\s*MII[A-Za-z0-9+/ ]{60}/
