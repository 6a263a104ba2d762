import { describe, expect, test, vi } from 'vitest'
import { type EmulatorOptions, OperatorError } from '../../src/emulator.ts'
import { call, createCode } from '../support/api.ts'
import { openEmulator, ways } from '../support/controls.ts'

describe.each(ways)('the object %s', (way) => {
  const open = (options?: EmulatorOptions) => openEmulator(way, options)

  test('finds, counts and waits for requests', async () => {
    const emulator = await open()
    const { journal } = emulator
    await createCode(emulator, { KeyName: 'web' })
    const [entry] = await journal.find({ action: 'CreateKeyPair' })
    expect(entry).toMatchObject({
      sequence: 1,
      parameters: { KeyName: 'web' },
      code: 'Success',
      time: expect.any(Date),
    })
    expect([await journal.count(), await journal.count({ code: 'InternalServerError' })]).toStrictEqual([1, 0])
    expect(await journal.find({ since: new Date('9999-01-01T00:00:00Z') })).toStrictEqual([])
    expect(await journal.waitFor({ action: 'CreateKeyPair' })).toStrictEqual([entry])
  })

  test.each([
    ['a wait whose time is over', { timeout: 1 }, 'Within 1 ms, 0 of 1 requests came that match {"code":"Nope"}.'],
    [
      'an unknown option',
      { tiemout: 1 },
      'The journal has no option `tiemout`. Valid options: count, timeout, signal.',
    ],
    ['a count that is none', { count: -1 }, 'The count must be an integer from 0, not -1.'],
    ['a time-out that is none', { timeout: -1 }, 'The timeout must be a number of milliseconds from 0, not -1.'],
  ])('rejects %s', async (_what, options, message) => {
    const { journal } = await open()
    const refused = expect(journal.waitFor({ code: 'Nope' }, options as object)).rejects
    await refused.toThrow(message)
    await refused.toBeInstanceOf(OperatorError)
  })

  test('rejects a wait that its signal ends', async () => {
    const { journal } = await open()
    const stop = new AbortController()
    const refused = expect(journal.waitFor({}, { signal: stop.signal })).rejects.toThrow('enough')
    stop.abort(new Error('enough'))
    await refused
  })

  test.each([
    [{ acton: 'CreateKeyPair' }, 'The journal has no filter `acton`. Valid filters: account, action, code, since,'],
    [{ since: new Date('x') }, 'journal: since is not a valid Date.'],
    [{ action: '' }, 'journal: action is not a text with at least one character.'],
    [{ account: 5 }, 'journal: account is not a text with at least one character.'],
    [{ after: -1 }, 'journal: after is not an integer from 0, but -1.'],
  ])('rejects the query %j', async (query, message) => {
    const { journal } = await open()
    await expect(journal.find(query as never)).rejects.toThrow(message)
    await expect(journal.count(query as never)).rejects.toThrow(message)
    await expect(journal.waitFor(query as never)).rejects.toThrow(message)
    await expect(journal.listen(query as never, () => {})).rejects.toThrow(message)
  })

  test('listens to new requests until it is told to stop', async () => {
    const emulator = await open()
    await createCode(emulator, { KeyName: 'before' })
    const heard: (string | undefined)[] = []
    const stop = await emulator.journal.listen({ action: 'CreateKeyPair' }, ({ parameters }) => {
      heard.push(parameters.KeyName)
    })
    for (const KeyName of ['a', 'b', 'a']) await createCode(emulator, { KeyName })
    await call(emulator, 'DescribeKeyPairs')
    await vi.waitFor(() => expect(heard).toStrictEqual(['a', 'b', 'a']))
    stop()
    await createCode(emulator, { KeyName: 'c' })
    const again: number[] = []
    await emulator.journal.listen({}, ({ sequence }) => again.push(sequence))
    await call(emulator, 'DescribeKeyPairs')
    await vi.waitFor(() => expect(again).toHaveLength(1))
    expect(heard).toStrictEqual(['a', 'b', 'a'])
  })
})
