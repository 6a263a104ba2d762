import { type Accounts, credentialOwners, defaultAccount } from '../identity/accounts.ts'
import type { Journal } from '../journal/journal.ts'
import { redacted } from '../journal/redaction.ts'
import type { Faults } from '../rules/rules.ts'
import { type Named, namedAccounts } from '../state/account-names.ts'
import type { StartDocument } from '../store/start.ts'
import type { Store } from '../store/store.ts'
import type { Ids } from '../system/ids.ts'
import { nearestName } from '../system/nearest-name.ts'

/** The accounts that were used or configured. Any other name is an account, too, from its first use on. */
export interface KnownAccounts {
  has(account: string): boolean
  /** All known accounts in the order of their names, which are read while they are taken. */
  accounts(): Iterable<Named>
  /** The accounts that the starting state or a credential names; the first thousand. */
  atStart(): string[]
  /** The known account, or SecretId of a credential, with the most similar name, if one is similar. */
  nearest(account: string): string | undefined
}

interface AccountParts {
  readonly accounts: Pick<Accounts, 'accountOf' | 'credentials'>
  readonly store: Pick<Store, 'accounts' | 'hasAccount' | 'loadedDocument'>
  /** The starting state of --fixtures, unless another document was loaded. */
  readonly start: StartDocument
  readonly faults: Pick<Faults, 'list'>
  readonly journal: Pick<Journal, 'find' | 'count'>
  readonly ids: Pick<Ids, 'requestCounts'>
}

/** Only so many names of each kind are searched for a similar one, since there may be very many. */
const maxCandidates = 1_000

/** Finds accounts wherever the parts of an emulator name one. */
export function createKnownAccounts(parts: AccountParts): KnownAccounts {
  const { accounts, store, faults, journal, ids } = parts
  const startDocument = () => store.loadedDocument() ?? parts.start
  const inRules = () =>
    faults.list().flatMap(({ account }) => (account === undefined ? [] : [accounts.accountOf(account)]))
  return {
    has: (account) =>
      account === defaultAccount ||
      store.hasAccount(account) ||
      startDocument().has(account) ||
      accounts.credentials.some(({ secretId, account: owner = secretId }) => owner === account) ||
      inRules().includes(account) ||
      journal.count({ account }) > 0 ||
      Object.hasOwn(ids.requestCounts(), account),
    accounts() {
      const inJournal = journal.find().flatMap((entry) => entry.account ?? [])
      const elsewhere = new Set([defaultAccount, ...credentialOwners(accounts), ...inRules(), ...inJournal])
      elsewhere.delete(redacted)
      return namedAccounts(store, startDocument(), elsewhere)
    },
    atStart: () =>
      [defaultAccount, ...credentialOwners(accounts), ...startDocument().names('', maxCandidates)].slice(
        0,
        maxCandidates,
      ),
    nearest(account) {
      const lists = [
        [defaultAccount],
        accounts.credentials.flatMap(({ secretId, account: owner = secretId }) => [owner, secretId]),
        startDocument().names('', maxCandidates),
        store.accounts('', maxCandidates),
        inRules(),
        journal.find({}, maxCandidates).flatMap((entry) => entry.account ?? []),
      ]
      const candidates = new Set(lists.flatMap((names) => names.slice(0, maxCandidates)))
      candidates.delete(account)
      return nearestName(account, [...candidates])
    },
  }
}
