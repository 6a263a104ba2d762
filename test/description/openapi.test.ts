import SwaggerParser from '@apidevtools/swagger-parser'
import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { fastify } from 'fastify'
import { afterAll, describe, expect, test } from 'vitest'
import { actions } from '../../src/actions/index.ts'
import { describeRoute } from '../../src/control/route.ts'
import { type Action, isIn } from '../../src/core/action.ts'
import { openApi } from '../../src/description/openapi.ts'
import { startEmulator } from '../../src/emulator.ts'
import { pathOfVersion } from '../../src/protocols/index.ts'
import { fixtureFormats } from '../../src/state/formats.ts'
import type { AnyAnswer } from '../support/api.ts'
import { isChinese } from '../support/chinese.ts'
import { start } from '../support/emulator.ts'
import { publicKey } from '../support/keys.ts'

const fixtures = {
  keyPairs: ['skey-mv9yzyjj', 'skey-4e5ty7i8'].map((keyId, index) => ({
    keyId,
    keyName: `k${index}`,
    publicKey: publicKey(keyId),
    tags: [{ key: 'a', value: 'b' }],
  })),
  instances: ['ins-1e4r6y8i', 'ins-3e56fg78'].map((instanceId) => ({ instanceId })),
}

/** The document, whose members the tests read as they are. */
const documentOf = async ({ url }: { readonly url: string }, headers = {}): Promise<AnyAnswer> => {
  const response = await fetch(`${url}/_emulator/openapi.json`, { headers })
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
  return (await response.json()) as AnyAnswer
}

const running = await startEmulator({ port: 0, keyBits: 1024, fixtures })
afterAll(() => running.close())
const { url, openapi } = running
const document = await documentOf({ url })

/** Validates a value against a schema of the document. */
function errorsOf(schema: object, value: unknown): unknown {
  const ajv = new Ajv2020({ strict: false, formats: fixtureFormats })
  const validate = ajv.compile({ ...schema, components: document.components })
  validate(value)
  return validate.errors
}

test.each([{}, { controlToken: 'token-of-the-test' }, { requestFaults: 'off', auth: 'strict' }] as const)(
  'two validators accept the document of an emulator with %j',
  async (options) => {
    const emulator = await start(options)
    const made = (await emulator.openapi()) as AnyAnswer
    expect(await new Validator().validate(structuredClone(made))).toStrictEqual({ valid: true })
    await SwaggerParser.validate(structuredClone(made))
  },
)

test('the document is that of the object, and it is not large', async () => {
  expect(await openapi()).toStrictEqual(document)
  expect(JSON.stringify(document).length).toBeLessThan(200_000)
})

const operations = Object.entries(pathOfVersion).flatMap(([apiVersion, path]) =>
  actions
    .filter((action) => isIn(apiVersion as keyof typeof pathOfVersion, action))
    .map((action) => ({ apiVersion, path, action, operation: document.paths[`${path}#${action.name}`]?.post })),
)

describe.each(operations)('$path#$action.name', ({ apiVersion, path, action, operation }) => {
  test('has the example that is sent, and the answer to it, as it describes them', async () => {
    await running.reset()
    const [[type, { schema, example }]] = Object.entries(operation.requestBody.content) as [[string, AnyAnswer]]
    // A form has texts; those of numbers are read as numbers
    const typed = Object.fromEntries(
      Object.entries(example).map(([name, value]) => [
        name,
        schema.properties[name]?.type === 'integer' ? Number(value) : value,
      ]),
    )
    expect(errorsOf(schema, typed)).toBeNull()
    const sent = Object.fromEntries(
      operation.parameters
        .filter((one: AnyAnswer) => one.required)
        .map((one: AnyAnswer) => [one.name, one.schema.enum[0]]),
    )
    const isForm = type.includes('form')
    const response = await fetch(url + path, {
      method: 'POST',
      headers: { ...sent, 'Content-Type': type },
      body: isForm ? new URLSearchParams(example) : JSON.stringify(example),
    })
    const body = (await response.json()) as AnyAnswer
    expect(body.Response?.Error).toBeUndefined()
    const answers = operation.responses[200].content['application/json'].schema.anyOf
    expect(errorsOf(answers[1], body)).toBeNull()
    const wrong = await fetch(url + path, { method: 'POST', headers: { ...sent, 'X-Emulator-Error': 'LimitExceeded' } })
    if (apiVersion === '3.0') expect(errorsOf(answers[0], await wrong.json())).toBeNull()
  })

  test('is described in two languages, with the text of each of its codes', () => {
    expect([operation.summary, operation['x-summary-zh']]).toStrictEqual([action.summary.en, action.summary.zh])
    const codes = Object.entries(operation['x-error-codes'])
    for (const [, text] of codes) expect(text).toMatch(/^\w[^{}]+$/)
  })
})

test('operations name their service, as their host does', () => {
  const serviceOf = (path: string) => document.paths[path].post['x-service']
  expect([
    serviceOf('/#CreateKeyPair'),
    serviceOf('/v2/index.php#CreateKeyPair'),
    serviceOf('/#DescribeProjects'),
    serviceOf('/v2/index.php#DescribeProject'),
  ]).toStrictEqual(['cvm', 'cvm', 'tag', 'account'])
  for (const { operation } of operations) expect(operation['x-service']).toMatch(/^[a-z]+$/)
})

test('each description of a parameter, of its members and of a list is also in Chinese', () => {
  /** What has a description, at any depth. */
  const describedIn = (value: AnyAnswer): AnyAnswer[] =>
    typeof value !== 'object' || value === null
      ? []
      : [
          ...(typeof value.description === 'string' ? [value] : []),
          ...Object.values(value).flatMap((member) => describedIn(member)),
        ]
  const bodies = operations.flatMap(({ operation }) => Object.values<AnyAnswer>(operation.requestBody.content))
  const headers = operations.flatMap(({ operation }) => operation.parameters)
  const shared = Object.values<AnyAnswer>(document.components.parameters).map(({ schema: _schema, ...one }) => one)
  const found = describedIn([bodies.map(({ schema }) => schema), headers, shared])
  expect(found.length).toBeGreaterThan(100)
  expect(found.filter((one) => !isChinese(one['x-description-zh']))).toStrictEqual([])

  const { properties } = document.paths['/#CreateKeyPair'].post.requestBody.content['application/json'].schema
  expect(properties.KeyName['x-description-zh']).toBe(
    '密钥对名称，由英文字母、数字和下划线组成，长度不超过 25 个字符。',
  )
  const tag = properties.TagSpecification.items.properties.Tags.items.properties
  expect(tag.Value['x-description-zh']).toBe('标签值，长度不超过 255 个字符。')
})

test('parameters have their limits and defaults, and lists their names', () => {
  const { properties } = document.paths['/#CreateKeyPair'].post.requestBody.content['application/json'].schema
  expect(properties.KeyName).toMatchObject({ type: 'string', minLength: 1, maxLength: 25, pattern: '^[A-Za-z0-9_]+$' })
  const form = document.paths['/v2/index.php#DescribeKeyPairs'].post.requestBody.content
  const { schema } = form['application/x-www-form-urlencoded']
  expect(schema.properties.Limit).toMatchObject({ type: 'integer', minimum: 1, maximum: 100, default: 20 })
  expect(schema.properties['KeyIds.0']).toMatchObject({ pattern: '^skey-[0-9a-z]{8}$' })
  expect(schema['x-lists'].KeyIds).toMatchObject({ maxItems: 100, required: false })
  const listed = { Action: 'DescribeKeyPairs', Version: '2017-03-12', 'KeyIds.7': 'web' }
  expect(errorsOf(schema, listed)).toMatchObject([{ keyword: 'pattern' }])
})

test('an action that is added to the list appears without another line', () => {
  const [first] = actions as [Action]
  const added = { ...first, name: 'CreateSomething' }
  const config = { auth: 'any', requestFaults: 'on', controlToken: undefined } as never
  const made = openApi({ actions: [added], routes: [], paths: pathOfVersion, config, version: '1.0.0' })
  expect(Object.keys(made.paths)).toStrictEqual(['/v2/index.php#CreateSomething', '/#CreateSomething'])
})

test('every control route is described, with its body, its parameters and its errors', () => {
  const { paths } = document
  expect(paths['/_emulator/limits'].post).toMatchObject({
    operationId: 'postLimits',
    summary: 'Sets the maximum number of key pairs.',
    requestBody: { content: { 'application/json': { schema: { required: ['keyPairs'] } } } },
    responses: { 400: {}, 403: {} },
  })
  expect(Object.keys(paths['/_emulator/faults/{id}'].delete.responses)).toStrictEqual([
    '200',
    '400',
    '403',
    '404',
    'default',
  ])
  const unready = paths['/_emulator/ready'].get.responses[503].content['application/json'].schema
  expect(errorsOf(unready, { ready: false, reason: 'The emulator is shutting down.' })).toBeNull()
  expect(paths['/_emulator/journal/stream'].get.parameters).toContainEqual({
    name: 'Last-Event-ID',
    in: 'header',
    schema: { type: 'string', description: 'the id of the last event that the client has read' },
  })
  const names = paths['/_emulator/journal'].get.parameters.map(({ name }: { name: string }) => name)
  expect(names).toContain('limit')
  expect(paths['/_emulator/state'].put.requestBody.content['application/json'].schema).toStrictEqual({
    $ref: '#/components/schemas/Fixture',
  })
})

test.each([
  ...['/health', '/ready', '/projects', '/instances', '/limits', '/faults', '/clock'].map((path) => ['get', path]),
  ...['/state', '/journal', '/journal/count', '/journal/wait'].map((path) => ['get', path]),
  ['post', '/projects', '{"projectId":7}'],
  ['post', '/instances', '{"instanceId":"ins-00000000"}'],
  ['post', '/limits', '{"keyPairs":5}'],
  ['post', '/faults', '{"id":"one","account":"nobody","delay":1}'],
  ['post', '/faults', '{"id":"two","account":"nobody","action":"CreateKeyPairs","delay":1}'],
  ['delete', '/faults'],
  ['post', '/keys/prefill', '{"count":1}'],
  ['post', '/clock/freeze', '{}'],
  ['post', '/reset', '{}'],
  ['put', '/state', '{}'],
])('the answer to %s %s is as described', async (method = '', path = '', body = '') => {
  await fetch(`${url}/?Action=DescribeRegions&Version=2017-03-12`)
  const { requestBody, responses } = document.paths[`/_emulator${path}`][method]
  if (body) expect(errorsOf(requestBody.content['application/json'].schema, JSON.parse(body))).toBeNull()
  const response = await fetch(`${url}/_emulator${path}`, { method, ...(body && { body }) })
  expect(response.status).toBe(200)
  const { schema } = responses[200].content['application/json']
  expect(errorsOf(schema, await response.json())).toBeNull()
})

test('a control route without a summary is refused when it is registered', async () => {
  const app = fastify()
  app.addHook('onRoute', (route) => void describeRoute(route, false))
  expect(() => app.get('/things', () => ({}))).toThrow('The route GET /things needs a summary in its config.')
})

test('the document needs the token of --control-token, and says which routes do', async () => {
  const emulator = await start({ controlToken: 'token-of-the-test' })
  expect((await fetch(`${emulator.url}/_emulator/openapi.json`)).status).toBe(401)
  const { paths, components } = await documentOf(emulator, { Authorization: 'Bearer token-of-the-test' })
  expect(components.securitySchemes.token).toStrictEqual({ type: 'http', scheme: 'bearer' })
  expect(paths['/_emulator/clock'].get).toMatchObject({ security: [{ token: [] }], responses: { 401: {} } })
  expect(paths['/_emulator/ready'].get.security).toBeUndefined()
  expect(document.components.securitySchemes).toBeUndefined()
})
