import { describe, expect, test } from 'vitest'
import { errorTexts } from '../../src/core/errors.ts'
import { createParams, target } from '../support/api.ts'
import { call30, codeOf30 } from '../support/api-3.0.ts'
import { start } from '../support/emulator.ts'
import { request, sendRaw } from '../support/raw.ts'
import { credential, sign } from '../support/sign.ts'

const create = { KeyName: 'k', ProjectId: 0 }

describe('common errors', () => {
  test.each<[string, string, unknown, Record<string, string>, string, string]>([
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
      'the Version of another service',
      'DescribeResourceTagsByResourceIds',
      {},
      {},
      'NoSuchVersion',
      'Use `Version=2018-08-13`.',
    ],
    [
      'a forced code of 2017-03-12',
      'CreateKeyPair',
      create,
      { 'X-Emulator-Error': 'InvalidRequest.LimitExceeded' },
      'RequestLimitExceeded',
      '',
    ],
    [
      'a forced code of 3.0',
      'CreateKeyPair',
      create,
      { 'X-Emulator-Error': 'RequestLimitExceeded' },
      'RequestLimitExceeded',
      '',
    ],
    [
      'a forced internal error',
      'CreateKeyPair',
      create,
      { 'X-Emulator-Error': 'InternalServerError' },
      'InternalServerError',
      '',
    ],
  ])('%s', async (_what, action, params, headers, Code, text) => {
    const emulator = await start()
    const { Response } = await call30(emulator, action, params, headers)
    expect(Response.Error).toStrictEqual({ Code, Message: expect.stringContaining(text) })
    // The journal has the code of the answer
    expect((await emulator.journal.find()).map(({ code }) => code)).toStrictEqual([Code])
  })

  test.each([
    ['Version', { 'X-TC-Action': 'CreateKeyPair' }],
    ['Action', { 'X-TC-Version': '2017-03-12' }],
  ])('a missing %s is named in the wording of the service, with the headers', async (name, headers) => {
    const { port } = await start()
    const { Response } = (await sendRaw(port, request('POST', '/', headers, '{}'))).answer()
    expect(Response.Error?.Message).toMatch(
      new RegExp(
        `^The request is missing a required parameter \`${name}\`. It was not found in the X-TC-\\* headers, or in the`,
      ),
    )
  })

  test('for an HMAC request without a Signature, the error names the Signature and no header', async () => {
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
  ])('the SecretId %s is %s', async (secretId, codeOf30Api, codeOf2017) => {
    const { url } = await start({ auth: 'strict' })
    const codeAt = async (path: string) => {
      const signed = sign({ ...createParams(), SecretId: secretId }, { path })
      const body = (await (await fetch(`${url}${path}?${new URLSearchParams(signed)}`)).json()) as Awaited<
        ReturnType<typeof call30>
      >
      return codeOf30(body)
    }
    expect([await codeAt('/'), await codeAt('/v2/index.php')]).toStrictEqual([codeOf30Api, codeOf2017])
  })

  /** The codes of 2017-03-12 alone, which 3.0 calls by another name (docs/behaviour.md#codes-of-30). */
  const onlyIn2017 = [
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
    ['InvalidKeyPairDescriptionTooLong', 'InvalidParameterValue'],
  ] as const
  test.each(onlyIn2017)('%s is %s in 3.0', async (code2017, code30) => {
    const emulator = await start()
    expect(codeOf30(await call30(emulator, 'DescribeZones', {}, { 'X-Emulator-Error': code2017 }))).toBe(code30)
  })

  test('every other code is answered as it is forced, by any action', async () => {
    const emulator = await start()
    const others = Object.keys(errorTexts).filter((code) => onlyIn2017.every(([name]) => name !== code))
    expect(others).toContain('InvalidKeyPair.NotSupported')
    for (const action of ['DeleteKeyPairs', 'DescribeRegions']) {
      for (const code of others)
        expect(codeOf30(await call30(emulator, action, {}, { 'X-Emulator-Error': code }))).toBe(code)
    }
    await emulator.faults.add({ error: 'InvalidKeyPair.NotSupported' })
    expect(codeOf30(await call30(emulator, 'DeleteKeyPairs'))).toBe('InvalidKeyPair.NotSupported')
  })
})

describe('unknown parameters', () => {
  const sent = { KeyName: 'k', ProjectId: '0', Colour: 'red' }
  const timed = {
    ...{ Action: 'CreateKeyPair', Version: '2017-03-12', Region: 'ap-guangzhou' },
    ...{ RequestClient: 'SDK', Language: 'zh-CN' },
  }
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

  test('are refused by name with --auth strict, at any depth, and otherwise ignored', async () => {
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

  test('are ignored in 2017-03-12, even with --auth strict', async () => {
    const { url } = await strict()
    const answer = await fetch(url + target(sign({ ...timed, ...sent })))
    expect(await answer.json()).toMatchObject({ Response: { KeyPair: { KeyName: 'k' } } })
  })
})

test('the error for an HMAC-signed body of more than 1 MB names the new signature method', async () => {
  const { url } = await start({ auth: 'strict', fixtures: { credentials: [credential] } })
  const body = new URLSearchParams(sign(createParams({ Long: 'x'.repeat(1024 * 1024) }), { method: 'POST', path: '/' }))
  const { Response } = (await (await fetch(url, { method: 'POST', body })).json()) as Awaited<ReturnType<typeof call30>>
  expect(Response.Error).toStrictEqual({
    Code: 'AuthFailure.SignatureFailure',
    Message: expect.stringMatching(
      /^The provided credentials could not be validated because of exceeding request size limit, please use new signature method `TC3-HMAC-SHA256`\./,
    ),
  })
})
