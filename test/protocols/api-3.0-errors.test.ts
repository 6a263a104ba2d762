import { describe, expect, test } from 'vitest'
import { createParams, target } from '../support/api.ts'
import { call30, codeOf30 } from '../support/api-3.0.ts'
import { start } from '../support/emulator.ts'
import { request, sendRaw } from '../support/raw.ts'
import { credential, sign } from '../support/sign.ts'

const create = { KeyName: 'k', ProjectId: 0 }

describe('general errors', () => {
  test.each<[string, string, unknown, Record<string, string>, string, string]>([
    [
      'another action',
      'RunInstances',
      {},
      {},
      'InvalidAction',
      'The action `RunInstances` is invalid or not supported.',
    ],
    ['an action of the account API', 'DescribeProject', {}, {}, 'InvalidAction', '`DescribeProject`'],
    [
      'a missing parameter',
      'CreateKeyPair',
      { ProjectId: 0 },
      {},
      'MissingParameter',
      'The request is missing a required parameter `KeyName`.',
    ],
    [
      'another Version',
      'CreateKeyPair',
      create,
      { 'X-TC-Version': '2019-07-22' },
      'NoSuchVersion',
      'The specified api version=`2019-07-22` does not exist.',
    ],
    [
      'the Version of another service',
      'DescribeResourceTagsByResourceIds',
      {},
      {},
      'NoSuchVersion',
      'Use `Version=2018-08-13`.',
    ],
    [
      'what is forced as 2017-03-12 calls it',
      'CreateKeyPair',
      create,
      { 'X-Emulator-Error': 'InvalidRequest.LimitExceeded' },
      'RequestLimitExceeded',
      '',
    ],
    [
      'what is forced as 3.0 calls it',
      'CreateKeyPair',
      create,
      { 'X-Emulator-Error': 'RequestLimitExceeded' },
      'RequestLimitExceeded',
      '',
    ],
    [
      'an internal error that is forced',
      'CreateKeyPair',
      create,
      { 'X-Emulator-Error': 'InternalServerError' },
      'InternalServerError',
      '',
    ],
  ])('%s', async (_what, action, params, headers, Code, words) => {
    const emulator = await start()
    const { Response } = await call30(emulator, action, params, headers)
    expect(Response.Error).toStrictEqual({ Code, Message: expect.stringContaining(words) })
    // The journal calls it as the caller was told
    expect(emulator.journal.find().map(({ code }) => code)).toStrictEqual([Code])
  })

  test.each([
    ['Version', { 'X-TC-Action': 'CreateKeyPair' }],
    ['Action', { 'X-TC-Version': '2017-03-12' }],
  ])('without %s it is missed in the words of the service, and in the headers', async (name, headers) => {
    const { port } = await start()
    const { Response } = (await sendRaw(port, request('POST', '/', headers, '{}'))).answer()
    expect(Response.Error?.Message).toMatch(
      new RegExp(
        `^The request is missing a required parameter \`${name}\`. It was not found in the X-TC-\\* headers, or in the`,
      ),
    )
  })

  test('what is signed by parameters but has no Signature misses that, and no header', async () => {
    const { url } = await start({ auth: 'strict', fixtures: { credentials: [credential] } })
    const { Signature: _none, ...rest } = sign(createParams(), { path: '/' })
    const body = (await (await fetch(`${url}/?${new URLSearchParams(rest)}`)).json()) as Awaited<
      ReturnType<typeof call30>
    >
    expect(body.Response.Error.Message).toMatch(
      /^The request is missing a required parameter `Signature`\. .* the query/,
    )
  })

  test.each([
    ['AKIDnobody', 'AuthFailure.SecretIdNotFound', 'InvalidParameter.SecretIdNotFound'],
    ['nobody', 'AuthFailure.InvalidSecretId', 'InvalidParameter.SecretIdNotFound'],
  ])('the SecretId %s is %s', async (secretId, v3, v2) => {
    const { url } = await start({ auth: 'strict' })
    const codeAt = async (path: string) => {
      const signed = sign({ ...createParams(), SecretId: secretId }, { path })
      const body = (await (await fetch(`${url}${path}?${new URLSearchParams(signed)}`)).json()) as Awaited<
        ReturnType<typeof call30>
      >
      return codeOf30(body)
    }
    expect([await codeAt('/'), await codeAt('/v2/index.php')]).toStrictEqual([v3, v2])
  })

  /** The common codes that 3.0 calls by another name (docs/behaviour.md#codes-of-30). */
  test.each([
    ['AuthFailure', 'AuthFailure.UnauthorizedOperation'],
    ['InvalidAction.ActionUnavailable', 'ResourceUnavailable'],
    ['InvalidAction.NotFound', 'InvalidAction'],
    ['InvalidParameter.SecretIdNotFound', 'AuthFailure.SecretIdNotFound'],
    ['InvalidParameter.SignatureFailure', 'AuthFailure.SignatureFailure'],
    ['InvalidRequest.Forbidden', 'UnauthorizedOperation'],
    ['InvalidRequest.LimitExceeded', 'RequestLimitExceeded'],
    ['InvalidRequest.MFACheckFailed', 'AuthFailure.MFAFailure'],
    ['InvalidRequest.ReplayAttack', 'AuthFailure.SignatureExpire'],
    ['InvalidRequest.RequestConcurrencyExceeded', 'RequestLimitExceeded'],
    ['InvalidRequest.TokenCheckFailed', 'AuthFailure.TokenFailure'],
    ['InvalidRequest.UnsupportedProtocol', 'UnsupportedProtocol'],
    ['InternalError.CAMInnerError', 'InternalError'],
    ['InternalError.ResourceOpFailed', 'FailedOperation'],
  ])('%s is %s in 3.0', async (older, newer) => {
    const emulator = await start()
    expect(codeOf30(await call30(emulator, 'DescribeZones', {}, { 'X-Emulator-Error': older }))).toBe(newer)
  })

  test('the rate limit is RequestLimitExceeded', async () => {
    const emulator = await start({ rateLimit: 1 })
    await call30(emulator, 'DescribeKeyPairs')
    expect(codeOf30(await call30(emulator, 'DescribeKeyPairs'))).toBe('RequestLimitExceeded')
  })
})

describe('unknown parameters', () => {
  const sent = { KeyName: 'k', ProjectId: '0', Colour: 'red' }
  const timed = { Action: 'CreateKeyPair', Version: '2017-03-12', RequestClient: 'SDK', Language: 'zh-CN' }
  const strict = () =>
    start({ auth: 'strict', clock: new Date(1489305600_000), fixtures: { credentials: [credential] } })
  const codeFor = async (params: Record<string, string>) => {
    const signed = sign({ ...timed, ...params }, { path: '/' })
    const { url } = await strict()
    const body = (await (await fetch(`${url}/?${new URLSearchParams(signed)}`)).json()) as {
      Response: { Error?: object }
    }
    return body.Response.Error
  }

  test('are refused in strict, at any depth, by name, and ignored elsewhere', async () => {
    expect(await codeFor(sent)).toStrictEqual({
      Code: 'UnknownParameter',
      Message: 'The parameter `Colour` is not recognized.',
    })
    expect(await codeFor({ ...timed, Action: 'DescribeKeyPairs', 'Filters.0.Nome': 'x' })).toMatchObject({
      Message: 'The parameter `Filters.0.Nome` is not recognized.',
    })
    expect(await codeFor({ KeyName: 'k', ProjectId: '0' })).toBeUndefined()
    expect(codeOf30(await call30(await start(), 'CreateKeyPair', { ...create, Colour: 'red' }))).toBe('Success')
  })

  test('are ignored by 2017-03-12 in strict too', async () => {
    const { url } = await strict()
    const answer = await fetch(url + target(sign({ ...timed, ...sent })))
    expect(await answer.json()).toMatchObject({ Response: { KeyPair: { KeyName: 'k' } } })
  })
})

test('a body of more than 1 MB that HmacSHA1 signs is told to use the new signature', async () => {
  const { url } = await start({ auth: 'strict', fixtures: { credentials: [credential] } })
  const body = new URLSearchParams(sign(createParams({ Long: 'x'.repeat(1024 * 1024) }), { method: 'POST', path: '/' }))
  const { Response } = (await (await fetch(url, { method: 'POST', body })).json()) as Awaited<ReturnType<typeof call30>>
  expect(Response.Error).toStrictEqual({
    Code: 'AuthFailure.SignatureFailure',
    Message: expect.stringMatching(
      /^The provided credentials could not be validated because of exceeding request size/,
    ),
  })
})
