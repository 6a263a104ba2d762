/** An RSA key pair as the API shows it. */
export interface RsaKeyPair {
  /**
   * PKCS#1 PEM with LF, 64 columns and one newline at the end, as in the documented example
   * (docs/behaviour.md#private-key-format).
   */
  readonly privateKey: string
  /** `ssh-rsa` and the base64 blob, without a comment. */
  readonly publicKey: string
}

export const publicExponent = 0x10001
