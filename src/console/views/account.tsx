import { setParams, useRoute } from '../route.ts'
import { useCall, useSession } from '../session.tsx'
import { canSign } from '../sign.ts'
import { fill, texts } from '../texts.ts'
import { Button } from '../ui.tsx'

/** The account of the URL, and whether this page may change it. */
export function useAccount() {
  const { account = 'default' } = useRoute().params
  const { operations, credentials, accounts } = useSession()
  const call = useCall()
  const known = accounts.find(({ name }) => name === account)
  const isReadOnly = known?.mustSign === true && !credentials[account]
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
  return (
    <label>
      {texts.account}{' '}
      <input
        list="accounts"
        value={account}
        data-testid="account"
        onChange={({ currentTarget: { value } }) => setParams({ account: value.trim(), page: '', id: '' })}
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
  const { [account]: credential, ...others } = credentials
  const enter = () =>
    ask({
      id: 'credential',
      title: texts.enterSecretKey,
      content: <p>{texts.secretKeyHint}</p>,
      fields: [{ name: 'SecretId', kind: 'text' }, ...secrets],
      async send(_params, { SecretId = '', SecretKey = '', Token = '' }) {
        const entered = { secretId: SecretId.trim(), secretKey: SecretKey.trim(), token: Token.trim() }
        setCredentials({ ...others, [account]: entered })
      },
    })
  return (
    <>
      <AccountChooser />
      {credential && <span class="badge good">{fill(texts.signsAs, { id: credential.secretId })}</span>}
      {credential && <Button kind="quiet" text={texts.forgetSecretKey} onClick={() => setCredentials(others)} />}
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
