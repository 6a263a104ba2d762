import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type AnyAnswer, call, type Sent, target } from '../support/api.ts'
import { call30, tc3 } from '../support/api-3.0.ts'
import { start, temporaryFolder } from '../support/emulator.ts'
import { createLog } from '../support/log.ts'
import { multipart } from '../support/multipart.ts'
import { pem, pemTexts } from '../support/pem.ts'
import { request, sendRaw } from '../support/raw.ts'
import { credential, sign } from '../support/sign.ts'

const token = 'TokenOfTheSigner0123456789'
const fixtures = { credentials: [{ ...credential, token }] }
const texts: Record<string, string> = {
  'a SecretKey': credential.secretKey,
  'a Token': token,
  'a SecretKey behind a long text': `${'x'.repeat(50)} ${credential.secretKey}`,
  ...pemTexts(pem('a key')),
}

/** Removes what encoders and parsers change, so that a secret is found in whatever form it stands. */
function normalize(text: string): string {
  const decoded = text.replace(/(%(25)*)([0-7][0-9a-f])/gi, (all, _percent, _more, hex) =>
    hex === '25' ? all : String.fromCharCode(Number.parseInt(hex, 16)),
  )
  return decoded.replaceAll(/\\n|[\s+_.%]/g, '').toLowerCase()
}

/** Pieces of which none may be anywhere. */
const piecesOf = (text: string) =>
  normalize(text)
    .match(/.{12}/g)
    ?.filter((piece) => !/^(.)\1*$|begin|private|-----/.test(piece)) ?? []

/** Starts an emulator and collects everything that it writes besides successful answers. */
async function observe(auth: 'off' | 'known' | 'strict') {
  const log = createLog()
  const data = temporaryFolder()
  const clock = '2017-03-12T08:00:00Z'
  const emulator = await start({ auth, clock, data, fixtures, log: log.stream, logLevel: 'trace' })
  const answers: string[] = []
  const streamEnded = new AbortController()
  const stream = await fetch(`${emulator.url}/_emulator/journal/stream`, { signal: streamEnded.signal })
  const reader = (stream.body as ReadableStream<Uint8Array>).getReader()
  const readStream = async () => {
    await call(emulator, 'EndOfTheTest')
    let text = ''
    while (!text.includes('EndOfTheTest')) text += Buffer.from((await reader.read()).value ?? []).toString()
    streamEnded.abort()
    return text
  }
  return {
    emulator,
    send: async (bytes: string | Buffer) => void answers.push((await sendRaw(emulator.port, bytes)).body),
    /** Everything, by where it is. */
    async collect(): Promise<Record<string, string>> {
      const state = JSON.stringify(await emulator.state.export())
      const journal = JSON.stringify(await emulator.journal.find())
      const streamed = await readStream()
      await emulator.close()
      const files = readdirSync(data).map((file) => readFileSync(join(data, file), 'latin1'))
      return { log: log.text(), journal, streamed, answers: answers.join('\n'), state, data: files.join('\n') }
    },
  }
}

/** What is sent with a text in every place from which nothing is stored. */
function requests(text: string): (string | Buffer)[] {
  const line = text.replaceAll(/[\n ]/g, '')
  const encoded = encodeURIComponent(text)
  const names = ['SecretId', 'Action', 'Version', 'Region', 'Nonce', 'Timestamp', 'Language', 'EmulatorError', 'Limit']
  const fields = [...names, 'KeyIds.0', 'Filters.0.Name', 'ProjectId', 'PublicKey', 'Unknown', 'Offset', text]
  const describeKeyPairs = { Action: 'DescribeKeyPairs', Version: '2017-03-12' }
  const calls: Sent[] = [
    ...fields.map((name) => ({ ...describeKeyPairs, [name]: text })),
    { ...describeKeyPairs, [`KeyIds.${text}`]: 'x' },
    { Action: 'CreateKeyPair', Version: '2017-03-12', KeyName: `${text}!`, ProjectId: '0' },
    { Action: 'ImportKeyPair', Version: '2017-03-12', KeyName: 'a', ProjectId: '0', PublicKey: text },
    { Action: 'DescribeInstances', Version: '2017-03-12', 'Filters.0.Name': 'zone', 'Filters.0.Values.0': text },
  ]
  const signed = { ...sign({ ...describeKeyPairs, Note: text, Region: text, [text]: text }), Signature: 'wrong' }
  const json = { 'Content-Type': 'application/json', 'X-TC-Action': 'DescribeKeyPairs', 'X-TC-Version': '2017-03-12' }
  const wrong = tc3({ key: 'wrong' })
  const headers: Sent[] = [
    ...['X-TC-Action', 'X-TC-Version', 'X-TC-Region', 'X-TC-Token', 'X-TC-Language', 'X-Emulator-Error'].map(
      (name) => ({
        ...json,
        [name]: line,
      }),
    ),
    { ...json, Authorization: wrong.replace(credential.secretId, line) },
    { ...json, Authorization: `TC3-HMAC-SHA256 Credential=${line}` },
    { ...json, Authorization: wrong, 'X-TC-Timestamp': '1489305600', 'X-TC-Region': line, Host: line },
    { ...json, [`X-TC-${line.replaceAll(/[^\w-]/g, '')}`]: line },
  ]
  return [
    ...calls.flatMap((params) => [
      request('GET', target(params), {}),
      request('POST', '/v2/index.php', {}, new URLSearchParams(params).toString()),
      request('POST', '/v2/index.php', {}, JSON.stringify(params)),
      request('POST', '/v2/index.php', {}, multipart(params)),
      request('POST', '/', json, JSON.stringify(params)),
    ]),
    request('GET', target(signed), {}),
    request('GET', target(signed), { Host: line }),
    request('POST', '/v2/index.php', {}, text),
    ...headers.map((sent) => request('POST', '/', sent, '{}')),
    ...[`/nowhere/${line}`, `/nowhere/${encoded}`, `/%ZZ${encoded}`, `/?${encoded}`, `/v2/index.php?${line}`].map(
      (path) => request('GET', path, {}),
    ),
    request('PUT', `/v2/index.php?${encoded}`, { Origin: line, Referer: `https://${line}/` }),
    request('CONNECT', `${line.replaceAll(/[^\w-]/g, '')}:443`, {}),
    ...controlRequests(text, line, encoded),
  ]
}

function controlRequests(text: string, line: string, encoded: string): (string | Buffer)[] {
  const control = (method: string, path: string, body: unknown) =>
    request(method, `/_emulator${path}`, {}, JSON.stringify(body))
  return [
    ...['Host', 'Origin', 'Referer'].flatMap((name) =>
      [line, `https://${line}`].map((value) => request('POST', '/_emulator/clock/resume', { [name]: value })),
    ),
    ...[
      `/${line}`,
      `/${encoded}`,
      `/journal?account=${encoded}`,
      `/journal?${encoded}=x`,
      `/limits?account=${encoded}`,
    ].map((path) => request('GET', `/_emulator${path}`, {})),
    request('DELETE', `/_emulator/faults/${encoded}`, {}),
    request('DELETE', `/_emulator/instances/${encoded}`, {}),
    control('POST', '/faults', { error: 'InternalError', message: text }),
    control('POST', '/faults', { error: 'InternalError', action: text }),
    control('POST', '/faults', { error: 'InternalError', id: line }),
    control('POST', '/faults', { status: 500, body: { text } }),
    control('POST', '/faults', { [text]: text }),
    control('POST', '/limits', { keyPairs: 5, account: text }),
    control('POST', '/projects', { projectId: 7, account: text }),
    control('POST', '/instances', { instanceId: 'ins-00000000', account: text }),
    control('POST', '/reset', { account: text }),
    control('POST', '/clock/set', { time: text }),
    control('PUT', '/state', { accounts: { [text]: { keyPairs: [{}] } } }),
    request('POST', '/_emulator/reset', {}, text),
  ]
}

const places = (collected: Record<string, string>, text: string) =>
  Object.entries(collected).flatMap(([where, written]) => {
    const normalized = normalize(written)
    return piecesOf(text).flatMap((piece) => {
      const at = normalized.indexOf(piece)
      return at < 0 ? [] : [`${where}: ${normalized.slice(Math.max(0, at - 80), at + 80)}`]
    })
  })

describe.each(Object.keys(texts))('%s', (name) => {
  const text = texts[name] ?? ''

  test.each(['off', 'known', 'strict'] as const)('is nowhere, wherever it was sent, with --auth %s', async (auth) => {
    const { send, collect } = await observe(auth)
    for (const bytes of requests(text)) await send(bytes)
    const collected = await collect()
    expect(collected.journal).toContain('[redacted]')
    expect(places(collected, text)).toStrictEqual([])
  })
})

const storable = {
  'a SecretKey': credential.secretKey,
  'a Token': token,
  'a line of a PEM': pemTexts(pem('a key'))['a line'].slice(0, 60),
}

test.each(Object.entries(storable))(
  '%s is stored as it was sent in what the API returns, and nowhere else',
  async (_what, value = '') => {
    const { emulator, collect } = await observe('off')
    const Tag = { Key: 'tag', Value: value }
    const TagSpecification = [{ ResourceType: 'keypair', Tags: [Tag] }]
    const created = await call30(emulator, 'CreateKeyPair', { KeyName: 'tagged', ProjectId: 0, TagSpecification })
    const { KeyId = '' } = created.Response.KeyPair ?? {}
    await call(emulator, 'ModifyKeyPairAttribute', { KeyId, Description: value })
    const project = { projectName: value.replaceAll(/\W/g, ''), projectDesc: value }
    await call(emulator, 'AddProject', project)
    const { message }: AnyAnswer = await call(emulator, 'AddProject', project)
    expect(message).toMatch(/^\(1036\)The project name is already in use\. Details are hidden/)
    const { Response }: AnyAnswer = await call30(emulator, 'DescribeKeyPairs', { KeyIds: [KeyId] })
    expect(Response.KeyPairSet).toMatchObject([{ Description: value, Tags: [Tag] }])
    const { data }: AnyAnswer = await call(emulator, 'DescribeProject')
    expect(data).toContainEqual(expect.objectContaining({ projectName: project.projectName, projectInfo: value }))
    const { state, data: files, ...others } = await collect()
    expect([state?.split(value).length, files?.includes(value)]).toStrictEqual([
      5 - Number(value !== project.projectName),
      true,
    ])
    expect(places(others, value)).toStrictEqual([])
  },
)
