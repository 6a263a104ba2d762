import { expect, test } from 'vitest'
import { startEmulator } from '../../src/emulator.ts'
import { createSystem } from '../../src/system/system.ts'
import { type AnyAnswer, list, type Sent, version } from '../support/api.ts'
import { temporaryFolder } from '../support/emulator.ts'
import { publicKey } from '../support/keys.ts'

/** Another seed makes other calls: STORM_SEED=$RANDOM npx vitest run test/hostile/storm.test.ts */
const seed = process.env.STORM_SEED ?? 'storm'
const clients = 30
const callsOfEach = 60
const limit = 8
const accounts = ['AKIDone', 'AKIDtwo']
const names = Array.from({ length: 12 }, (_, index) => `k${index}`)
const instanceIds = ['ins-00000001', 'ins-00000002']

/** A sequence of numbers from 0 up to a bound, which follows from the seed. */
function chance(client: number) {
  const system = createSystem({ seed })
  let drawn = 0
  return (bound: number) => Buffer.from(system.random('storm', client, drawn++)(4)).readUInt32BE() % bound
}

test.each<readonly [where: string, options: { data?: true; nameScope?: 'account' }]>([
  ['in memory', {}],
  ['in a file', { data: true }],
  ['with names of accounts', { nameScope: 'account' }],
])(
  'thirty clients at once break no rule of the account, %s',
  { timeout: 120_000 },
  async (_where, { data, ...options }) => {
    const instances = instanceIds.map((instanceId) => ({ instanceId }))
    const emulator = await startEmulator({
      ...{ port: 0, keyBits: 1024, poolSize: 0, keyPairLimit: limit, journalSize: 10_000 },
      ...{ fixtures: { instances }, ...options, ...(data && { data: temporaryFolder() }) },
    })
    const send = async (params: Sent): Promise<AnyAnswer> => {
      const body = new URLSearchParams({ Version: version, ...params })
      return (await fetch(`${emulator.url}/v2/index.php`, { method: 'POST', body })).json()
    }
    const codes: string[] = []
    const ids = new Map(accounts.map((account) => [account, new Set<string>()]))

    const client = async (number: number) => {
      const draw = chance(number)
      const pick = <Item>(items: readonly Item[]) => items[draw(items.length)] as Item
      for (let call = 0; call < callsOfEach; call++) {
        const SecretId = pick(accounts)
        const known = [...(ids.get(SecretId) ?? []), 'skey-zzzzzzzz']
        const named = { KeyName: pick(names), ProjectId: pick(['0', '1002189']) }
        const params: Sent = pick([
          () => ({ Action: 'CreateKeyPair', ...named }),
          () => ({ Action: 'CreateKeyPair', ...named }),
          () => ({ Action: 'ImportKeyPair', ...named, PublicKey: publicKey(`${draw(20)}`) }),
          () => ({ Action: 'DeleteKeyPairs', ...list('KeyIds', [pick(known), pick(known)]) }),
          () => ({ Action: 'ModifyKeyPairAttribute', KeyId: pick(known), KeyName: pick(names) }),
          () => ({ Action: 'AssociateInstancesKeyPairs', 'InstanceIds.0': pick(instanceIds), 'KeyIds.0': pick(known) }),
          () => ({
            Action: 'DisassociateInstancesKeyPairs',
            'InstanceIds.0': pick(instanceIds),
            'KeyIds.0': pick(known),
          }),
          () => ({ Action: 'DescribeKeyPairs', Limit: '100' }),
        ])()
        const { Response } = await send({ ...params, SecretId })
        codes.push(`${SecretId} ${params.Action} ${Response.Error?.Code ?? 'Success'}`)
        const id = Response.KeyPair?.KeyId ?? Response.KeyId
        if (id) ids.get(SecretId)?.add(id)
      }
    }
    await Promise.all(Array.from({ length: clients }, (_, number) => client(number)))

    // The journal has each call once, with the code that its client got
    const entries = (await emulator.journal.find()).map(({ account, action, code }) => `${account} ${action} ${code}`)
    expect(entries.sort()).toStrictEqual(codes.sort())
    expect(codes.filter((code) => /Internal/.test(code))).toStrictEqual([])
    expect(new Set(codes.map((code) => code.split(' ')[2])).size).toBeGreaterThan(3)

    for (const SecretId of accounts) {
      const pairs = (await send({ Action: 'DescribeKeyPairs', Limit: '100', SecretId })).Response.KeyPairSet as {
        readonly [name: string]: string | readonly string[]
      }[]
      const scopes = pairs.map(({ ProjectId }) => (options.nameScope ? 'account' : `${ProjectId}`))
      for (const scope of new Set(scopes))
        expect(scopes.filter((one) => one === scope).length).toBeLessThanOrEqual(limit)
      const unique = (values: unknown[]) => expect(new Set(values).size).toBe(values.length)
      unique(pairs.map(({ KeyName }, index) => `${scopes[index]} ${KeyName}`))
      unique(pairs.map(({ PublicKey }) => `${PublicKey}`.split(' ')[1]))
      unique(pairs.map(({ KeyId }) => KeyId))
      // Each binding is seen from both sides
      const { InstanceSet } = (await send({ Action: 'DescribeInstances', SecretId })).Response
      const fromInstances = InstanceSet.flatMap((one: AnyAnswer) =>
        one.LoginSettings.KeyIds.map((keyId: string) => `${one.InstanceId} ${keyId}`),
      )
      const fromPairs = pairs.flatMap(({ KeyId, AssociatedInstanceIds }) =>
        (AssociatedInstanceIds as readonly string[]).map((id) => `${id} ${KeyId}`),
      )
      expect(fromInstances.sort()).toStrictEqual(fromPairs.sort())
    }
    const state = await emulator.state.export()
    await emulator.state.import(state)
    expect(await emulator.state.export()).toStrictEqual(state)
    await emulator.close()
  },
)
