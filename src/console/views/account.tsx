import { useState } from 'preact/hooks'
import { setParams, useRoute } from '../route.ts'
import { useCall, useSession } from '../session.tsx'
import { type Credential, canSign } from '../sign.ts'
import { fill, texts } from '../texts.ts'
import { Button } from '../ui.tsx'

/** The account of the URL, and whether this page may change it. */
export function useAccount() {
  const { account = 'default' } = useRoute().params
  const { operations, credentials, accounts } = useSession()
  const call = useCall()
  const known = accounts.find(({ name }) => name === account)
  const isReadOnly = known?.mustSign === true && !credentials.get(account)
  /** Calls an action as the account. Rejects with the error that it answers. */
  const change = async (action: string, params: Readonly<Record<string, unknown>>) => {
    const operation = operations.find((one) => one.action === action)
    if (!operation) throw new Error(`The emulator has no action ${action}.`)
    const { response, error } = await call({ operation, account, params })
    if (error) throw error
    return response
  }
  return { account, isReadOnly, change }
}

/** Chooses an account by its name, also one that has nothing yet. */
export function AccountChooser() {
  const { account } = useAccount()
  const { accounts } = useSession()
  const [draft, setDraft] = useState<string>()
  return (
    <label>
      {texts.account}{' '}
      <input
        list="accounts"
        value={draft ?? account}
        data-testid="account"
        onInput={(event) => setDraft(event.currentTarget.value)}
        onChange={(event) => setParams({ account: event.currentTarget.value.trim(), page: '', id: '' })}
        onBlur={() => setDraft(undefined)}
      />
      <datalist id="accounts">
        {accounts.map(({ name }) => (
          <option key={name}>{name}</option>
        ))}
      </datalist>
    </label>
  )
}

const secrets = ['SecretKey', 'Token'].map((name) => ({ name, kind: 'secret' }) as const)

/** Chooses the account, and takes its SecretKey. */
export function AccountBar() {
  const { account, isReadOnly } = useAccount()
  const { credentials, setCredentials, ask } = useSession()
  const credential = credentials.get(account)
  const set = (entered?: Credential) => setCredentials(new Map(credentials).set(account, entered))
  const enter = () =>
    ask({
      id: 'credential',
      title: texts.enterSecretKey,
      content: <p>{texts.secretKeyHint}</p>,
      fields: [{ name: 'SecretId', kind: 'text' }, ...secrets],
      values: { SecretId: account === 'default' ? '' : account },
      async send(_params, { SecretId = '', SecretKey = '', Token = '' }) {
        set({ secretId: SecretId.trim(), secretKey: SecretKey.trim(), token: Token.trim() })
      },
    })
  return (
    <>
      <AccountChooser />
      {credential && <span class="badge good">{fill(texts.signsAs, { id: credential.secretId })}</span>}
      {credential && <Button kind="quiet" text={texts.forgetSecretKey} onClick={() => set()} />}
      {!credential && canSign() && (
        <Button id="enter-secret-key" kind="quiet" text={texts.enterSecretKey} onClick={enter} />
      )}
      {isReadOnly && (
        <span class="warn" data-testid="read-only">
          {texts.mustSign} {!canSign() && texts.noCrypto}
        </span>
      )}
    </>
  )
}
