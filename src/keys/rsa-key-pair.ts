/** An RSA key pair as the API shows it. */
export interface RsaKeyPair {
  /** PKCS#1 PEM: LF, 64 columns, one newline at the end (spec/key-pairs.md, key material of the documented example). */
  readonly privateKey: string
  /** `ssh-rsa` and the base64 blob, without a comment. */
  readonly publicKey: string
}

export const publicExponent = 0x10001
