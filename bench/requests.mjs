import { createHmac, randomBytes } from 'node:crypto'
import { getRequest, leanClient } from './client.mjs'

const Version = '2017-03-12'

let made = 0
/** A create under a name that was never used, perhaps of another account. */
export const create = (more = {}) =>
  getRequest({ Action: 'CreateKeyPair', Version, KeyName: `n${made++}`, ProjectId: '0', ...more })

export const createNamed = (KeyName, more = {}) =>
  getRequest({ Action: 'CreateKeyPair', Version, KeyName, ProjectId: '0', ...more })

/** An import of a key that was never used: of the right form, and no more. */
export function importKey(more = {}) {
  const PublicKey = `ssh-rsa ${publicKeyBlob(randomBytes(256))}`
  return getRequest({ Action: 'ImportKeyPair', Version, KeyName: `i${made++}`, ProjectId: '0', PublicKey, ...more })
}

/** An odd modulus of 2048 bits in an OpenSSH blob. */
export function publicKeyBlob(modulus) {
  modulus[0] |= 0x80
  modulus[255] |= 1
  const head = [0, 0, 0, 7, ...Buffer.from('ssh-rsa'), 0, 0, 0, 3, 1, 0, 1, 0, 0, 1, 1, 0]
  return Buffer.concat([Buffer.from(head), modulus]).toString('base64')
}

export const describe = (more) => getRequest({ Action: 'DescribeKeyPairs', Version, ...more })

export const credential = { secretId: 'AKIDbench', secretKey: 'bench' }

/** The same, signed with HmacSHA256; a Nonce of its own each time. */
export function signedDescribe(more) {
  const params = {
    Action: 'DescribeKeyPairs',
    Version,
    SecretId: credential.secretId,
    SignatureMethod: 'HmacSHA256',
    Timestamp: String(Math.floor(Date.now() / 1000)),
    Nonce: String(++made),
    ...more,
  }
  const sorted = Object.keys(params)
    .sort()
    .map((name) => `${name}=${params[name]}`)
    .join('&')
  const text = `GET127.0.0.1/v2/index.php?${sorted}`
  const Signature = createHmac('sha256', credential.secretKey).update(text).digest('base64')
  return getRequest({ ...params, Signature })
}

/** Throws unless an answer is one of these. */
const expectIn =
  (...parts) =>
  (body) => {
    for (const part of parts) if (!body.includes(part)) throw new Error(`not counted: ${body.slice(0, 300)}`)
  }

export const isCreated = expectIn('-----END RSA PRIVATE KEY-----')
export const isImported = expectIn('{"Response":{"RequestId"', '"KeyId":"skey-')
export const isDuplicate = expectIn('"InvalidKeyPairName.Duplicate"')
export const isOnePair = expectIn('"TotalCount":1,', '"KeyId":"skey-')
export const isPage = expectIn('"KeyPairSet":[{')
export const isBare = expectIn('{"Response":"xxx')

/** What the answer to a request is, by one connection of its own. */
export const ask = async (port, request) => {
  const connection = await leanClient(port)
  const body = await connection.send(request)
  connection.close()
  return body
}
