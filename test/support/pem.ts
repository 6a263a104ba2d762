import { modulus } from './keys.ts'

/** A text with the form of a private key, which follows from the label. It begins like a key of 2048 bits in PKCS#1. */
export function pem(label: string): string {
  const der = Buffer.concat([Buffer.from('MIIEpAIBAAKCAQEA', 'base64'), modulus(label, 9400)])
  const lines = der.toString('base64').replaceAll(/.{64}/g, '$&\n')
  return `-----BEGIN RSA PRIVATE KEY-----\n${lines}\n-----END RSA PRIVATE KEY-----\n`
}

/** The forms in which a private key may arrive: as PEM, and what encoders and parsers make of it. */
export function pemTexts(text: string) {
  const base64 = Buffer.from(text).toString('base64')
  const [, , line = ''] = text.split('\n')
  return {
    'a PEM': text,
    'percent-encoded': encodeURIComponent(text),
    'percent-encoded twice': encodeURIComponent(encodeURIComponent(text)),
    'a line': line,
    'a line, percent-encoded': encodeURIComponent(line),
    'lines without breaks': text.split('\n').slice(2, -3).join(''),
    'a PEM without breaks': text.replaceAll('\n', ''),
    'with + as a space': text.split('\n').slice(1, -2).join('\n').replaceAll('+', ' '),
    base64,
    'base64 without its beginning': base64.slice(100, 300),
    'base64 in lines': base64.replaceAll(/.{76}/g, '$&\n').slice(77),
  }
}
