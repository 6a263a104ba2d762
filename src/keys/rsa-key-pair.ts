/** An RSA key pair as the API returns it. */
export interface RsaKeyPair {
  /**
   * PKCS#1 PEM with LF line ends, lines of 64 characters and a final newline, as in the documented example
   * (docs/behaviour.md#private-key-format).
   */
  readonly privateKey: string
  /** `ssh-rsa` and the blob in base64, without a comment. */
  readonly publicKey: string
}

/** The exponent e of every generated key: 65537. */
export const publicExponent = 0x10001
