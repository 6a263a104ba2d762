import { createHash } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import type { AccountSummary, KeyPairListOptions, KeyPairSummary, PageOptions } from '../client/emulator.ts'
import { type Accounts, type AuthMode, credentialOwners, defaultAccount, mustSign } from '../identity/accounts.ts'
import type { Journal } from '../journal/journal.ts'
import type { KeyPair } from '../store/records.ts'
import { keyPairOrders, type Store } from '../store/store.ts'
import { ownTurn } from '../system/own-turn.ts'
import { account, accountNamed } from './account-name.ts'
import type { KnownAccounts } from './known-accounts.ts'
import { assertValid } from './resources.ts'
import { answer, integer, list } from './route.ts'

const page = {
  limit: { type: 'integer', minimum: 1, maximum: 1000 },
  offset: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
} as const
const accountQuery = { type: 'object', additionalProperties: false, properties: page } as const
const keyPairQuery = {
  ...accountQuery,
  properties: {
    ...page,
    account,
    q: {
      type: 'string',
      description: 'a part of the id, name, description or id of an instance, with ASCII letters in any case',
    },
    project: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
    keyId: { type: 'string', description: 'the id of a key pair' },
    sort: { type: 'string', enum: keyPairOrders, default: 'newest' },
  },
} as const

interface ListingOptions {
  readonly store: Pick<Store, 'namespace'>
  readonly accounts: Accounts
  readonly auth: AuthMode
  readonly journal: Pick<Journal, 'find'>
  readonly knownAccounts: Pick<KnownAccounts, 'accounts'>
}

/** What a console shows, in pages of 100 by default. */
export interface Listings {
  /** The known accounts by name. */
  accounts(page?: PageOptions): Promise<{ readonly total: number; readonly accounts: readonly AccountSummary[] }>
  /** The key pairs of an account, by default of the account `default`. */
  keyPairs(
    account?: string,
    options?: KeyPairListOptions,
  ): { readonly total: number; readonly keyPairs: readonly KeyPairSummary[] }
}

/** So many names are read in one turn of the event loop, but one account is described, which may be its first use. */
const namesInTurn = 1000

/** Invalid input throws an InvalidInputError. */
export function createListings({ store, accounts, auth, journal, knownAccounts }: ListingOptions): Listings {
  return {
    async accounts(given = {}) {
      assertValid(accountQuery, given, 'page')
      const { offset = 0, limit = 100 } = given
      const names: string[] = []
      let total = 0
      for (const { name } of knownAccounts.accounts()) {
        if (total >= offset && total < offset + limit) names.push(name)
        // Others are served in between
        if (++total % namesInTurn === 0) await ownTurn()
      }
      const requests = new Map<string | undefined, number>()
      for (const entry of journal.find()) requests.set(entry.account, (requests.get(entry.account) ?? 0) + 1)
      const owners = new Set(credentialOwners(accounts))
      const describe = (name: string): AccountSummary => {
        // An account that was not used yet gets what it starts with
        const { keyPairs, instances } = store.namespace(name)
        return {
          name,
          keyPairs: keyPairs.list({}, { offset: 0, limit: 0 }).total,
          instances: instances.count(),
          requests: requests.get(name) ?? 0,
          hasCredential: owners.has(name),
          // A request without a SecretId belongs to the default account
          mustSign: mustSign(auth, accounts, name === defaultAccount ? undefined : name),
        }
      }
      const summaries: AccountSummary[] = []
      for (const name of names) {
        summaries.push(describe(name))
        await ownTurn()
      }
      return { total, accounts: summaries }
    },
    keyPairs(name, given = {}) {
      assertValid(keyPairQuery, { ...given, account: name }, 'options')
      const { q: text, project: projectId, keyId, sort: order, offset = 0, limit = 100 } = given
      const { keyPairs } = store.namespace(accountNamed(name, accounts))
      const found = keyPairs.search({ text, projectId, keyId, order }, { offset, limit })
      return { total: found.total, keyPairs: found.page.map(summarize) }
    },
  }
}

function summarize({ sequence: _, associatedInstanceIds, createdTime, ...keyPair }: KeyPair): KeyPairSummary {
  const blob = Buffer.from(keyPair.publicKey.split(' ')[1] ?? '', 'base64')
  const hash = (name: string) => createHash(name).update(blob).digest()
  const fingerprints = {
    sha256: `SHA256:${hash('sha256').toString('base64').replace(/=+$/, '')}`,
    md5: `MD5:${hash('md5')
      .toString('hex')
      .replace(/..(?=.)/g, '$&:')}`,
  }
  return { ...keyPair, fingerprints, instanceIds: associatedInstanceIds, createdTime: createdTime.toISOString() }
}

/** `GET /accounts[?limit=&offset=]` and `GET /key-pairs[?account=&q=&project=&keyId=&sort=&limit=&offset=]`. */
export function listingRoutes(app: FastifyInstance, { accounts, keyPairs }: Listings): void {
  const listOfAccounts = { summary: 'The known accounts and what they have.', answer: listOf('accounts') }
  app.get<{ Querystring: PageOptions }>(
    '/accounts',
    { schema: { querystring: accountQuery }, config: listOfAccounts },
    ({ query }) => accounts({ ...query }),
  )
  const listOfKeyPairs = { summary: 'The key pairs of an account, or those that match.', answer: listOf('keyPairs') }
  app.get<{ Querystring: KeyPairListOptions & { readonly account?: string } }>(
    '/key-pairs',
    { schema: { querystring: keyPairQuery }, config: listOfKeyPairs },
    ({ query: { account: name, ...rest } }) => keyPairs(name, rest),
  )
}

const listOf = (name: string) => answer({ total: integer, [name]: list({ type: 'object' }) })
