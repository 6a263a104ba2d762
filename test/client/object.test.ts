import { describe, expect, test } from 'vitest'
import { type Emulator, type EmulatorOptions, type KeyPairListOptions, OperatorError } from '../../src/emulator.ts'
import { call, createCode } from '../support/api.ts'
import { openEmulator, ways } from '../support/controls.ts'
import { start } from '../support/emulator.ts'
import { publicKey } from '../support/keys.ts'

const instanceId = 'ins-1e4r6y8i'

describe.each(ways)('the object %s', (way) => {
  const open = (options?: EmulatorOptions) => openEmulator(way, options)

  test('knows where the emulator listens', async () => {
    const { url, port, tls } = await open({ tlsPort: 0 })
    expect(url).toBe(`http://127.0.0.1:${port}`)
    expect(tls).toStrictEqual({ url: `https://127.0.0.1:${tls?.port}`, port: expect.any(Number) })
    expect((await open()).tls).toBeUndefined()
  })

  test('lists, adds and removes projects and instances', async () => {
    const emulator = await open({ projects: [0] })
    const { projects, instances } = emulator
    expect([await projects.add({ projectId: 7 }), await projects.add({ projectId: 7 })]).toStrictEqual([true, false])
    expect([
      await projects.add({ projectId: 8, projectName: 'eight' }, 'AKIDone'),
      await projects.list(),
    ]).toStrictEqual([true, [0, 7]])
    expect(await projects.list('AKIDone')).toStrictEqual([0, 7, 8])

    const added = await instances.add({ instanceId, instanceState: 'RUNNING' })
    expect(added).toMatchObject({ instanceId, instanceState: 'RUNNING', region: 'ap-guangzhou', keyIds: [] })
    expect(added.createdTime).toMatch(/^\d{4}-\d\d-\d\dT/)
    expect(await instances.list()).toStrictEqual([added])
    expect(await instances.list('AKIDone')).toStrictEqual([])
    expect([await instances.remove(instanceId, 'AKIDone'), await instances.remove(instanceId)]).toStrictEqual([
      false,
      true,
    ])
    expect([await instances.remove(instanceId), await instances.list()]).toStrictEqual([false, []])
  })

  test('removes a project of one account, or of every account', async () => {
    const { projects, state, reset } = await open({
      projects: [0, 7],
      fixtures: { accounts: { own: { projects: [9] } } },
    })
    expect(await projects.remove(8)).toBe(false)
    await projects.add({ projectId: 8 })
    expect([await projects.remove(7, 'AKIDone'), await projects.remove(7, 'AKIDone')]).toStrictEqual([true, false])
    expect([await projects.list('AKIDone'), await projects.list()]).toStrictEqual([
      [0, 8],
      [0, 7, 8],
    ])
    expect([await projects.remove(7), await projects.remove(8, 'AKIDone')]).toStrictEqual([true, true])
    const all = async () => [await projects.list(), await projects.list('AKIDone'), await projects.list('own')]
    const left = [[0, 8], [0], [0, 8, 9]]
    expect(await all()).toStrictEqual(left)
    await state.import(await state.export())
    expect(await all()).toStrictEqual(left)
    // What is added to every account is given to those that had removed it
    expect([await projects.add({ projectId: 8 }), await projects.add({ projectId: 7 })]).toStrictEqual([false, true])
    expect(await projects.list()).toStrictEqual([0, 7, 8])
    await reset()
    expect(await projects.list('AKIDone')).toStrictEqual([0, 7])
    await expect(projects.remove(0)).rejects.toThrow('Project 0 is the default project, which cannot be removed.')
  })

  test('changes an instance, which keeps its bindings', async () => {
    const keyPairs = [{ keyId: 'skey-00000000', keyName: 'web', publicKey: publicKey('web') }]
    const { instances } = await open({
      fixtures: { keyPairs, instances: [{ instanceId, keyIds: ['skey-00000000'], tags: [{ key: 'a', value: 'b' }] }] },
    })
    const [before] = await instances.list()
    const changes = { instanceState: 'RUNNING', publicIpAddresses: ['203.0.113.7'] } as const
    const changed = await instances.update(instanceId, changes)
    expect(changed).toStrictEqual({ ...before, ...changes })
    expect(await instances.list()).toStrictEqual([changed])
    expect(changed.keyIds).toStrictEqual(['skey-00000000'])
    const moved = await instances.update(instanceId, { region: 'ap-shanghai' })
    expect(moved).toStrictEqual({ ...changed, region: 'ap-shanghai', zone: 'ap-shanghai-2' })
    const refused = expect(instances.update('ins-1e4r6y8j', {})).rejects
    await refused.toThrow(`There is no instance \`ins-1e4r6y8j\` in this account. Did you mean \`${instanceId}\`?`)
    await refused.toBeInstanceOf(OperatorError)
    await expect(instances.update(instanceId, {}, 'AKIDone')).resolves.toMatchObject({ instanceState: 'STOPPED' })
    await expect(instances.update(instanceId, { keyIds: [] } as object)).rejects.toThrow('keyIds')
  })

  test('lists accounts and key pairs in pages', async () => {
    const tags = [{ key: 'a', value: 'b' }]
    const keyPairs = ['one', 'two', 'three'].map((keyName) => ({ keyName, publicKey: publicKey(keyName), tags }))
    const bound = { instanceId, keyIds: ['skey-00000000'] }
    const team = { keyPairs: [...keyPairs, { keyId: 'skey-00000000', keyName: 'four', publicKey: publicKey('four') }] }
    const emulator = await open({ fixtures: { accounts: { team: { ...team, instances: [bound] } } } })
    const all = await emulator.keyPairs.list('team')
    expect([all.total, all.keyPairs.map(({ keyName }) => keyName)]).toStrictEqual([4, ['four', 'three', 'two', 'one']])
    expect(all.keyPairs[0]).toStrictEqual({
      keyId: 'skey-00000000',
      keyName: 'four',
      projectId: 0,
      description: '',
      publicKey: expect.stringMatching(/^ssh-rsa \S+ skey_\d+$/),
      fingerprints: {
        sha256: expect.stringMatching(/^SHA256:[\w+/]{43}$/),
        md5: expect.stringMatching(/^MD5(:[0-9a-f]{2}){16}$/),
      },
      tags: [],
      instanceIds: [instanceId],
      usedByImage: false,
      createdTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    })
    const page = await emulator.keyPairs.list('team', { offset: 1, limit: 2 })
    expect(page).toStrictEqual({ total: 4, keyPairs: all.keyPairs.slice(1, 3) })
    expect(page.keyPairs[0]?.tags).toStrictEqual(tags)
    const names = async (options: KeyPairListOptions) => {
      const { total, keyPairs } = await emulator.keyPairs.list('team', options)
      return [total, ...keyPairs.map(({ keyName }) => keyName)]
    }
    const sorted = { sort: 'name', project: 0 } as const
    expect(await names({ ...sorted, limit: 2, offset: 1 })).toStrictEqual([4, 'one', 'three'])
    expect(await names({ ...sorted, q: 'INS-1E4R' })).toStrictEqual([1, 'four'])
    expect(await names({ keyId: 'skey-00000000' })).toStrictEqual([1, 'four'])
    expect(await names({ keyId: 'skey-00000000', project: 7 })).toStrictEqual([0])
    const sort = emulator.keyPairs.list('team', { sort: 'size' } as object)
    await expect(sort).rejects.toThrow('/sort is "size"; it must be one of newest, oldest, name.')
    expect(await emulator.keyPairs.list()).toStrictEqual({ total: 0, keyPairs: [] })
    const none = { instances: 0, requests: 0, hasCredential: false, mustSign: false }
    const expected = { total: 2, accounts: [{ ...none, name: 'team', keyPairs: 4, instances: 1 }] }
    expect(await emulator.accounts.list({ offset: 1 })).toStrictEqual(expected)
    await expect(emulator.accounts.list({ limit: 0 })).rejects.toThrow(
      '/limit is 0; it must be an integer from 1 to 1000.',
    )
    await expect(emulator.keyPairs.list('team', { offest: 1 } as object)).rejects.toThrow('offest')
  })

  test('exports a state that another one imports', async () => {
    const emulator = await open({ fixtures: { keyPairs: [{ keyName: 'web', publicKey: publicKey('web') }] } })
    await call(emulator, 'DescribeKeyPairs')
    const document = await emulator.state.export()
    expect(document.accounts?.default?.keyPairs).toMatchObject([{ keyName: 'web' }])
    const other = await open()
    await other.state.import(document)
    expect(await other.state.export()).toStrictEqual(document)
    expect(await createCode(other, { KeyName: 'web' })).toBe('InvalidKeyPairName.Duplicate')
  })

  test('moves the clock', async () => {
    const { clock } = await open()
    expect([await clock.isFrozen(), (await clock.now()) instanceof Date]).toStrictEqual([false, true])
    await clock.freeze(new Date('2017-03-12T08:00:00Z'))
    await clock.advance(1500)
    expect([await clock.isFrozen(), await clock.now()]).toStrictEqual([true, new Date('2017-03-12T08:00:01.500Z')])
    await clock.set(new Date(0))
    expect(await clock.now()).toStrictEqual(new Date(0))
    await clock.resume()
    expect(await clock.isFrozen()).toBe(false)
    await clock.freeze()
    await clock.reset()
    expect([await clock.isFrozen(), +(await clock.now()) > 1e12]).toStrictEqual([false, true])
  })

  test('adds, lists and removes rules, and lowers limits', async () => {
    const { faults, limits } = await open()
    const rule = await faults.add({ id: 'one', action: 'CreateKeyPair', next: 1, error: 'InternalServerError' })
    expect(rule).toMatchObject({ id: 'one', matched: 0, hits: 0 })
    expect(await faults.list()).toStrictEqual([rule])
    expect([await faults.remove('two'), await faults.remove('one'), await faults.remove()]).toStrictEqual([
      false,
      true,
      false,
    ])
    await limits.setKeyPairs(5)
    await limits.setKeyPairs(6, 'AKIDone')
    expect([await limits.keyPairs(), await limits.keyPairs('AKIDone')]).toStrictEqual([5, 6])
    await limits.setKeyPairs(undefined)
    expect([await limits.keyPairs(), await limits.keyPairs('AKIDone')]).toStrictEqual([100, 6])
  })

  test('makes keys ahead', async () => {
    const { keys } = await open({ poolSize: 0 })
    expect(await keys.level()).toBe(0)
    await keys.prefill(5)
    expect(await keys.level()).toBe(5)
  })

  test('has the certificate that HTTPS clients must trust', async () => {
    expect(await (await open()).certificate()).toMatch(/^-----BEGIN CERTIFICATE-----\n/)
  })

  test('describes the API and the control routes', async () => {
    const { openapi, paths } = await (await open()).openapi()
    expect(openapi).toBe('3.1.0')
    expect(Object.keys(paths)).toEqual(expect.arrayContaining(['/v2/index.php#CreateKeyPair', '/_emulator/limits']))
  })

  test('says whether there was anything to reset', async () => {
    const emulator = await open()
    await createCode(emulator, { KeyName: 'a', SecretId: 'AKIDone' })
    expect([await emulator.reset('AKIDone'), await emulator.reset()]).toStrictEqual([true, true])
    expect(await emulator.reset('AKIDnobody')).toBe(false)
  })

  test.each<[string, (emulator: Emulator) => Promise<unknown>, string]>([
    ['a rule', ({ faults }) => faults.add({ error: 'Nope' }), 'A fault has the undocumented code `Nope`'],
    ['a limit', ({ limits }) => limits.setKeyPairs(-1), ' is -1; it must be an integer from 0 to 1000000 or null.'],
    ['a limit without end', ({ limits }) => limits.setKeyPairs(Number.POSITIVE_INFINITY), 'Infinity'],
    [
      'a project',
      ({ projects }) => projects.add({ projectId: -1 }),
      '/projectId is -1; it must be an integer from 0 to',
    ],
    ['an instance', ({ instances }) => instances.add({ instanceId: 'x' }), '/instanceId is "x"; it must match ^ins-'],
    [
      'tags',
      ({ instances }) => instances.add({ instanceId, tags: [...'kk'].map((key) => ({ key, value: '' })) }),
      '/tags/1',
    ],
    ['a number of keys', ({ keys }) => keys.prefill(-1), '0'],
    ['too many keys', ({ keys }) => keys.prefill(10_001), '10000'],
    ['a time', ({ clock }) => clock.set(new Date('x')), 'The clock must show a year from 1 to 9999.'],
    ['a step', ({ clock }) => clock.advance(0.5), 'integer'],
    ['a document', ({ state }) => state.import({ projects: [-1] }), '/projects/0 must be an integer from 0 to'],
    ['an account', ({ reset }) => reset('\ud800'), 'without NUL or half of a surrogate pair'],
  ])('refuses %s that is invalid', async (_what, use, message) => {
    const refused = expect(use(await open())).rejects
    await refused.toThrow(message)
    await refused.toBeInstanceOf(OperatorError)
  })

  test('may be closed twice', async () => {
    const emulator = await open()
    await Promise.all([emulator.close(), emulator.close()])
    await emulator[Symbol.asyncDispose]()
  })
})

test('a closed emulator rejects every call, and a wait that has begun, with the reason', async () => {
  const { state, reset, journal, clock, instances, keys, close, certificate } = await start()
  const waiting = journal.waitFor({}, { timeout: 3_600_000, signal: new AbortController().signal })
  const isOver = expect(waiting).rejects.toThrow('The emulator is shutting down.')
  await close()
  await isOver
  const calls = [reset, state.export, instances.list, journal.find, clock.now, keys.level, certificate]
  for (const use of [...calls, () => state.import({}), () => keys.prefill(1), () => journal.waitFor({})]) {
    const refused = expect((use as () => Promise<unknown>)()).rejects
    await refused.toThrow('The emulator is shutting down.')
    await refused.toBeInstanceOf(OperatorError)
  }
})
