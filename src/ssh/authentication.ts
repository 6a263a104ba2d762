import type { AuthContext, Connection, ParsedKey } from 'ssh2'
import type { BeginLogin, Login, Refusal } from './login.ts'

interface AuthenticationOptions {
  readonly begin: BeginLogin
  /** The software of the client. */
  readonly client: string
  /** Resolves after this time, unless the connection closes before. */
  pause(milliseconds: number): Promise<void>
  /** Closes the connection at once. */
  drop(): void
  parseKey(line: string): ParsedKey | Error
  onAccepted(login: Login): void
}

type PublicKeyContext = Extract<AuthContext, { method: 'publickey' }>

/** As sshd counts by default: a request without a method, with which every client begins, is no attempt. */
const maxAttempts = 6

const notSigned = {
  code: 'not-signed',
  message: 'The client did not sign with the key, which would have been accepted.',
}
const gone = { code: 'CallerGone', message: 'The client left before it was answered.' }
const wrongSignature = { code: 'signature-not-valid', message: 'The signature does not belong to the key.' }
const otherMethod = { code: 'method-not-supported', message: 'Only keys open an instance.' }

/**
 * Answers the requests of a connection to log in. A client may ask whether a key would be accepted before it signs with it:
 * both are one attempt.
 */
export function authenticate(connection: Connection, options: AuthenticationOptions): void {
  const { begin, client, pause, drop, parseKey, onAccepted } = options
  let failures = 0
  let isFirst = true
  /** The attempt that has not ended yet. */
  let current: { readonly offered: string | undefined; readonly login: Login; isAnswered: boolean } | undefined

  const end = (login: Login, refusal: Refusal | undefined, isValid?: boolean) => {
    current = undefined
    login.end(refusal, isValid)
  }
  const refuse = (context: AuthContext, login: Login, refusal: Refusal, isValid?: boolean) => {
    if (++failures < maxAttempts) {
      end(login, refusal, isValid)
      context.reject(['publickey'])
      return
    }
    const message = `${refusal.message} It was refused attempt ${failures}, after which the connection is closed.`
    end(login, { code: 'too-many-attempts', message }, isValid)
    connection.end()
  }

  const isSigned = ({ key, blob, signature, hashAlgo }: PublicKeyContext) => {
    const parsed = parseKey(`${key.algo} ${key.data.toString('base64')}`)
    return !(parsed instanceof Error) && blob && signature && parsed.verify(blob, signature, hashAlgo) === true
  }

  const decide = (context: PublicKeyContext, login: Login) => {
    if (login.drop === 'before') {
      end(login, undefined)
      drop()
      return
    }
    const refusal = login.refusal()
    if (refusal) refuse(context, login, refusal)
    else if (!context.signature) {
      if (current) current.isAnswered = true
      context.accept()
    } else if (!isSigned(context)) refuse(context, login, wrongSignature, false)
    else {
      end(login, undefined, true)
      onAccepted(login)
      context.accept()
    }
  }

  connection.on('authentication', (context) => {
    if (context.method === 'none' && isFirst) {
      isFirst = false
      context.reject(['publickey'])
      return
    }
    const key = context.method === 'publickey' ? { type: context.key.algo, blob: context.key.data } : undefined
    const offered = key?.blob.toString('base64')
    const known = key && current?.offered === offered ? current?.login : undefined
    if (current && !known) end(current.login, notSigned)
    const login = known ?? begin({ user: context.username, key, client })
    if (context.method !== 'publickey') return refuse(context, login, otherMethod)
    current ??= { offered, login, isAnswered: false }
    const answer = () => decide(context, login)
    // An error in a later turn would end the process
    if (login.delayMs > 0 && !known) pause(login.delayMs).then(answer).catch(drop)
    else answer()
  })
  connection.once('close', () => {
    if (current) end(current.login, current.isAnswered ? notSigned : gone)
  })
}
