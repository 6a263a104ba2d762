import { afterAll, expect, test } from 'vitest'
import { startEmulator } from '../../src/emulator.ts'
import type { AnyAnswer } from '../support/api.ts'
import { isChinese } from '../support/chinese.ts'

const running = await startEmulator({ port: 0, keyBits: 1024 })
afterAll(() => running.close())
const { paths, components } = (await running.openapi()) as AnyAnswer

/** The schemas of the members of a body at any depth, by their paths. */
function membersOf(given: AnyAnswer, path: string): [path: string, schema: AnyAnswer][] {
  const { properties = {}, items, additionalProperties } = resolved(given)
  const members = {
    ...properties,
    ...(items && { 0: items }),
    ...(additionalProperties && { '*': additionalProperties }),
  }
  return Object.entries<AnyAnswer>(members).flatMap(([name, member]) => [
    [`${path}/${name}`, resolved(member)],
    ...membersOf(member, `${path}/${name}`),
  ])
}

const resolved = (schema: AnyAnswer): AnyAnswer =>
  schema.$ref ? components.schemas[schema.$ref.split('/').at(-1)] : schema

const bodies = Object.entries<AnyAnswer>(paths).flatMap(([path, methods]) =>
  Object.entries<AnyAnswer>(methods).flatMap(([method, { tags, requestBody }]) =>
    tags.includes('control') && requestBody
      ? [{ route: `${method} ${path}`, schema: requestBody.content['application/json'].schema }]
      : [],
  ),
)
const members = new Map(bodies.flatMap(({ route, schema }) => membersOf(schema, route)))

test('each member of a body is described in English and in Chinese', () => {
  expect([...members.keys()]).toStrictEqual(
    expect.arrayContaining([
      'post /_emulator/faults/delay/0',
      'post /_emulator/projects/projectName',
      'post /_emulator/instances/tags/0/value',
      'patch /_emulator/instances/{id}/osName',
      'post /_emulator/clock/set/time',
      'post /_emulator/keys/prefill/count',
      'post /_emulator/reset/fixtures',
      'put /_emulator/state/accounts/*/limits/keyPairs',
    ]),
  )
  const isDescribed = ({ description = '', 'x-description-zh': zh }: AnyAnswer) =>
    /[a-z]/i.test(description) && !/\p{Script=Han}{4}/u.test(description) && isChinese(zh)
  expect([...members].flatMap(([path, member]) => (isDescribed(member) ? [] : [path]))).toStrictEqual([])
})

test('the limit says what null does', () => {
  expect(members.get('post /_emulator/limits/keyPairs')).toStrictEqual({
    type: ['integer', 'null'],
    minimum: 0,
    maximum: 1_000_000,
    description:
      'how many key pairs a project may have, or an account with --name-scope account; null restores that of the starting state',
    'x-description-zh':
      '每个项目的密钥对数量上限，使用 `--name-scope account` 时为每个账号的上限。填 `null` 恢复初始状态的上限。',
  })
})

test('messages do not quote a description for forms', async () => {
  expect(members.get('post /_emulator/faults/status')).toStrictEqual({
    enum: [429, 500, 502, 503],
    description: 'an HTTP status in place of an answer of the API',
    'x-description-zh': '要返回的 HTTP 状态码，代替 API 响应。',
  })
  const messageOf = async (path: string, body: object) => {
    const response = await fetch(`${running.url}/_emulator${path}`, { method: 'POST', body: JSON.stringify(body) })
    return ((await response.json()) as AnyAnswer).error.message
  }
  expect(await messageOf('/faults', { status: 200 })).toBe('body/status is 200; it must be one of 429, 500, 502, 503.')
  expect(await messageOf('/faults', { delay: 'x' })).toBe(
    'body/delay is "x"; it must be an integer from 0 to 600000 or a list of 2 (milliseconds, or [min, max]).',
  )
  expect(await messageOf('/clock/advance', { milliseconds: 'x' })).toBe(
    'body/milliseconds is "x"; it must be an integer.',
  )
})
