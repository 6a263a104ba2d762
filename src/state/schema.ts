import { ipv4, tagSpecification } from '../actions/shared.ts'
import { faultSchema } from '../rules/rule.ts'
import { instanceStates } from '../store/records.ts'
import { maxKeyPairs } from '../store/store.ts'
import { described, describedInForms } from '../system/described.ts'
import { maxCountedAccounts, maxCredentials, maxTime, minTime } from '../system/limits.ts'
import { accountName, anyText, array, count, isoTime, matching, object, schemaOfParam, text } from './schema-parts.ts'

const { Tags } = tagSpecification.items.fields
const { Key, Value } = Tags.items.fields

const createdTime = isoTime('a time such as 2017-03-12T08:00:00Z', '创建时间，例如 `2017-03-12T08:00:00Z`。')

const projectId = {
  type: 'integer',
  minimum: 0,
  maximum: Number.MAX_SAFE_INTEGER,
  ...described('a project id: a non-negative integer', '项目 ID，非负整数。'),
} as const

export const projectSchema = {
  ...projectId,
  type: ['integer', 'object'],
  ...described(
    'a project: its id, a non-negative integer, or { projectId, projectName?, projectInfo?, createdTime? }',
    '项目 ID，或包含 `projectId` 的项目对象。',
  ),
  additionalProperties: false,
  required: ['projectId'],
  properties: {
    projectId,
    projectName: text('a name', '项目名称。'),
    projectInfo: anyText('a description', '项目描述。'),
    createdTime,
  },
} as const

const tags = {
  ...array(
    'its tags, within the limits of CreateKeyPair',
    '标签列表，限制与 CreateKeyPair 相同。',
    object(
      'a tag: key, value',
      '标签，包含 `key` 和 `value`。',
      { key: schemaOfParam(Key), value: schemaOfParam(Value) },
      ['key', 'value'],
    ),
  ),
  maxItems: Tags.maxItems.value,
} as const

export const keyPairSchema = object(
  'a key pair: keyName, publicKey or seed, and optionally keyId, projectId, description, createdTime, usedByImage, comment, tags',
  '密钥对，须包含 `keyName`，以及 `publicKey` 或 `seed`。',
  {
    keyId: matching(
      '^skey-[0-9a-z]{8}$',
      '`skey-` and 8 of `[0-9a-z]`',
      '密钥对 ID，形如 `skey-` 加 8 位 `[0-9a-z]`。',
    ),
    keyName: matching(
      '^[A-Za-z0-9_]{1,25}$',
      '1 to 25 letters, digits, underscores',
      '密钥对名称，由 1 到 25 个字母、数字或下划线组成。',
    ),
    projectId,
    description: { ...anyText('at most 60 characters', '密钥对描述，长度不超过 60 个字符。'), maxLength: 60 },
    publicKey: {
      type: 'string',
      format: 'openssh-rsa',
      ...described('one line: ssh-rsa, base64 and an optional comment', '公钥，单行 OpenSSH RSA 格式，可以带注释。'),
    },
    seed: text(
      'a text from which the key is generated, instead of publicKey',
      '用于生成公钥的任意文本，代替 `publicKey`。',
    ),
    comment: count('the number in its comment, `skey_N`', '公钥注释 `skey_N` 中的序号。'),
    createdTime,
    usedByImage: {
      type: 'boolean',
      ...described('whether an image uses it, which forbids deleting it', '是否被镜像使用，被使用的密钥对不能删除。'),
    },
    tags,
  },
  ['keyName'],
)

const ipAddress = matching(ipv4.source, 'an IPv4 address such as 10.0.0.4', 'IPv4 地址，例如 `10.0.0.4`。')

/** An instance in a fixture or in the control interface. */
export const instanceSchema = object(
  'an instance: instanceId and optionally instanceName, instanceState, osName, projectId, region, zone, instanceType, imageId, privateIpAddresses, publicIpAddresses, tags, keyIds',
  '实例，须包含 `instanceId`。',
  {
    instanceId: matching(
      '^ins-[0-9a-z]{8}$',
      '`ins-` and 8 of `[0-9a-z]`',
      '实例 ID，形如 `ins-` 加 8 位 `[0-9a-z]`。',
    ),
    instanceName: anyText('a name', '实例名称。'),
    instanceState: {
      type: 'string',
      enum: instanceStates,
      description: `one of ${instanceStates.join(', ')}`,
      ...describedInForms('the state of the instance', '实例状态。'),
    },
    osName: anyText(
      'an operating system; key pairs cannot be bound to one whose name contains `Windows`',
      '操作系统名称，名称含 `Windows` 的实例不能绑定密钥对。',
    ),
    projectId,
    region: text('a region such as ap-guangzhou', '地域，例如 `ap-guangzhou`。'),
    zone: text('a zone such as ap-guangzhou-2', '可用区，例如 `ap-guangzhou-2`。'),
    instanceType: text('a type such as S5.MEDIUM2', '实例机型，例如 `S5.MEDIUM2`。'),
    imageId: text('an image such as img-0vbqvzfn', '镜像 ID，例如 `img-0vbqvzfn`。'),
    privateIpAddresses: array('its private addresses', '内网 IP 列表。', ipAddress),
    publicIpAddresses: array('its public addresses', '公网 IP 列表。', ipAddress),
    tags,
    createdTime,
    latestOperation: text('its latest operation', '最近一次操作，例如 `RunInstances`。'),
    operationEnds: isoTime('the time at which that operation ends', '最近一次操作的结束时间。'),
    keyIds: array(
      'ids of the key pairs bound to it',
      '已绑定的密钥对 ID 列表。',
      anyText('the id of a key pair', '密钥对 ID。'),
    ),
  },
  ['instanceId'],
)

const sections = {
  projects: array(
    'projects in addition to those of --projects',
    '项目列表，与 `--projects` 指定的项目一并生效。',
    projectSchema,
  ),
  limits: object('limits instead of the defaults: keyPairs', '数量上限，代替默认值。', {
    keyPairs: {
      type: 'integer',
      minimum: 0,
      maximum: maxKeyPairs,
      ...described(
        'how many key pairs a project may have, instead of --key-pair-limit',
        '每个项目的密钥对数量上限，代替 `--key-pair-limit`。',
      ),
    },
  }),
  keyPairs: array('existing key pairs', '已有的密钥对。', keyPairSchema),
  instances: array(
    'existing instances, to which key pairs can be bound',
    '已有的实例，可以绑定密钥对。',
    instanceSchema,
  ),
} as const

export const accountSchema = object(
  'the sections that differ in this account: projects, limits, keyPairs, instances',
  '该账号与顶层不同的部分。',
  {
    ...sections,
    numbers: object('the counters of the account: comment, creates', '账号的计数。', {
      comment: count('the number in the comment of its last key pair', '最近一个密钥对的公钥注释中的序号。'),
      creates: count('how many of its calls of CreateKeyPair have succeeded', '该账号成功调用 CreateKeyPair 的次数。'),
    }),
  },
)

/** An exported rule has its counters too. */
export const exportedFaultSchema = {
  ...faultSchema,
  properties: {
    ...faultSchema.properties,
    matched: count('how many calls it has matched', '规则匹配的请求数。'),
    hits: count('how many calls it has changed', '规则影响的请求数。'),
  },
} as const

export const credentialSchema = object(
  'a credential: secretId, secretKey, and optionally account, token',
  '凭证，须包含 `secretId`。',
  {
    secretId: accountName('the SecretId that a client sends', '客户端发送的 SecretId。'),
    secretKey: text('the SecretKey that a client signs with', '客户端签名所用的 SecretKey。'),
    account: accountName(
      'the account it belongs to; by default the SecretId itself',
      '凭证所属的账号，默认与 SecretId 同名。',
    ),
    token: text('the Token that a client must send with it', '客户端须一并发送的 Token。'),
  },
  ['secretId'],
)

/** JSON Schema of a fixture. Error messages quote its descriptions. */
export const fixtureSchema = object(
  'a starting state: projects, limits, keyPairs, instances, credentials, accounts, faults, clock',
  '初始状态，或导出的状态。',
  {
    $schema: { type: 'string', ...described('ignored', '仅供编辑器使用，模拟器忽略该字段。') },
    version: { type: 'integer', minimum: 1, ...described('the version of this format', '文档格式的版本。') },
    ...sections,
    faults: array('fault rules that apply from the start', '启动后即生效的故障规则。', exportedFaultSchema),
    clock: object('the clock: frozen or ahead', '时钟，`frozen` 与 `ahead` 只能指定一个。', {
      frozen: isoTime('the time at which it is frozen', '时钟冻结的时间。'),
      // Between any two times that a clock can show
      ahead: {
        type: 'integer',
        minimum: minTime - maxTime,
        maximum: maxTime - minTime,
        ...described('milliseconds that it is ahead of the system clock', '比系统时钟快的毫秒数。'),
      },
    }),
    creates: count(
      'how many calls of CreateKeyPair have succeeded in all accounts',
      '所有账号成功调用 CreateKeyPair 的次数。',
    ),
    requests: {
      type: 'object',
      ...described(
        'number of requests by account, if --seed determines request ids',
        '各账号的请求数，仅在 RequestId 由 `--seed` 决定时存在。',
      ),
      // Requests of no account are counted under the empty name
      maxProperties: maxCountedAccounts,
      propertyNames: { ...accountName('the name of an account', '账号名称。'), minLength: 0 },
      additionalProperties: count('how many requests it has made', '该账号的请求数。'),
    },
    credentials: { ...array('a list of credentials', '凭证列表。', credentialSchema), maxItems: maxCredentials },
    accounts: {
      type: 'object',
      ...described(
        'by account, the sections that differ from the top level',
        '各账号与顶层不同的部分，以账号名称为键。',
      ),
      propertyNames: accountName(
        'the name of an account: a SecretId, `default`, or one given to a credential',
        '账号名称：SecretId、`default` 或凭证所属的账号。',
      ),
      additionalProperties: accountSchema,
    },
  },
)
