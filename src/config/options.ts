import { accountModes, authModes } from '../identity/accounts.ts'
import { keySourceNames } from '../keys/key-source.ts'
import { maxKeyPairs, nameScopes } from '../store/store.ts'
import { delay, hostNames, integer, type OptionValue, oneOf, origins, projectIds, text, time } from './option-values.ts'

interface Option<Value> {
  readonly value: OptionValue<Value>
  /** As one would type it; undefined when the option may be left out altogether. */
  readonly default?: string
  /** Read after the option's own variable. */
  readonly alsoFrom?: string
  readonly about: { readonly en: string; readonly zh: string }
}

const option = <Value>(spec: Option<Value>): Option<Value> => spec

/** ONE table: flags, environment variables, validation, `--help` and the READMEs' tables come from it. */
export const options = {
  host: option({
    value: text('HOST', 'a host name or an IP address'),
    default: '127.0.0.1',
    about: { en: 'address to listen on', zh: '监听地址' },
  }),
  port: option({
    value: integer(0, 65535),
    default: '8213',
    alsoFrom: 'PORT',
    about: { en: 'port to listen on; 0 takes a free one', zh: '监听端口；0 表示任选空闲端口' },
  }),
  data: option({
    value: text('FOLDER', 'a folder'),
    about: {
      en: 'folder that keeps the state; without it the state is in memory',
      zh: '保存状态的目录；不设则只存内存',
    },
  }),
  fixtures: option({
    value: text('FILE|JSON', 'the path of a JSON file, or the JSON itself'),
    about: { en: 'starting state', zh: '初始状态' },
  }),
  projects: option({
    value: projectIds,
    default: '0,1002189,1002190',
    about: { en: 'projects that exist in every account', zh: '每个账号都有的项目' },
  }),
  accounts: option({
    value: oneOf(...accountModes),
    default: 'per-secret-id',
    about: {
      en: 'whether each SecretId is its own account or all share one',
      zh: '每个 SecretId 各为一个账号，或全部共用一个',
    },
  }),
  auth: option({
    value: oneOf(...authModes),
    default: 'known',
    about: {
      en: 'whose signatures are checked: nobody’s, those of SecretIds in --fixtures, or everybody’s',
      zh: '校验谁的签名：都不校验、只校验 --fixtures 中的 SecretId、或全部校验',
    },
  }),
  authWindow: option({
    value: integer(0, 100_000_000),
    default: '300',
    about: { en: 'how far a checked Timestamp may be off, in seconds', zh: '被校验的 Timestamp 允许的偏差（秒）' },
  }),
  nonceCheck: option({
    value: oneOf('on', 'off'),
    default: 'off',
    about: {
      en: 'whether a checked Nonce may be used once only; clients that retry send it again, and TC3 has none',
      zh: '被校验的 Nonce 是否只能使用一次；会重试的客户端会重复发送，TC3 没有 Nonce',
    },
  }),
  operationDelay: option({
    value: integer(0, 3_600_000),
    default: '0',
    about: {
      en: 'how long binding key pairs to an instance shows as OPERATING, in milliseconds',
      zh: '绑定密钥对后实例显示 OPERATING 的时长（毫秒）',
    },
  }),
  nameScope: option({
    value: oneOf(...nameScopes),
    default: 'project',
    about: {
      en: 'within what key pair names are unique and their number limited',
      zh: '密钥对名称唯一性和数量上限的范围',
    },
  }),
  keyPairLimit: option({
    value: integer(0, maxKeyPairs),
    default: '100',
    about: {
      en: 'how many key pairs a project (or account, see --name-scope) may hold',
      zh: '每个项目（或账号，见 --name-scope）的密钥对上限',
    },
  }),
  keyBits: option({
    value: oneOf(1024, 2048, 3072, 4096),
    default: '2048',
    about: { en: 'size of the RSA keys that are made', zh: '生成的 RSA 密钥位数' },
  }),
  keySource: option({
    value: oneOf(...keySourceNames),
    default: 'fresh',
    about: {
      en: 'where keys come from: random ones, made ahead; ones that follow from --seed; or, for load tests only, ones that share their primes',
      zh: '密钥来源：预先生成的随机密钥；由 --seed 决定的密钥；或仅供压力测试、共用素数的密钥',
    },
  }),
  seed: option({
    value: text('TEXT', 'any text'),
    about: {
      en: 'what keys, ids and request ids follow from, with --key-source seeded or recombined',
      zh: '与 --key-source seeded 或 recombined 同用，密钥、ID 和请求 ID 都由它决定',
    },
  }),
  poolSize: option({
    value: integer(0, 10_000),
    default: '32',
    about: {
      en: 'how many keys are kept ready at most; it starts with 4 and doubles when it is found empty',
      zh: '最多预备多少个密钥；从 4 个开始，每次用空便翻倍',
    },
  }),
  requestFaults: option({
    value: oneOf('on', 'off'),
    default: 'on',
    about: { en: 'whether a request may force an error or a delay', zh: '是否允许请求自行触发错误或延迟' },
  }),
  latency: option({
    value: delay,
    about: { en: 'how long every answer of the API takes longer', zh: '每个 API 应答额外延迟的毫秒数或范围' },
  }),
  rateLimit: option({
    value: integer(0, 1_000_000),
    default: '0',
    about: {
      en: 'how many calls of an account to an action pass within a minute; 100 in the real service, 0 for any number',
      zh: '每个账号每分钟对同一接口允许的调用次数；真实服务为 100，0 表示不限',
    },
  }),
  journalSize: option({
    value: integer(0, 1_000_000),
    default: '1000',
    about: { en: 'how many of the last requests the journal keeps', zh: '日志簿保留的最近请求数' },
  }),
  controlToken: option({
    value: text('TEXT', 'any text'),
    about: {
      en: 'bearer token that the control routes ask for, but for health and ready',
      zh: '控制路由（health 和 ready 除外）要求的 Bearer 令牌',
    },
  }),
  clock: option({
    value: time,
    about: { en: 'freezes the clock at this time', zh: '把时钟固定在此时刻' },
  }),
  corsOrigin: option({
    value: origins,
    default: 'loopback',
    about: { en: 'web origins that may read the answers', zh: '允许读取应答的网页来源' },
  }),
  tlsPort: option({
    value: integer(0, 65535),
    about: { en: 'port for HTTPS besides HTTP; 0 takes a free one', zh: 'HTTP 之外的 HTTPS 端口；0 表示任选空闲端口' },
  }),
  tlsCa: option({
    value: text('FILE', 'a file with certificate and key of an authority, made if it does not exist'),
    about: {
      en: 'authority that signs our certificates, to be shared by several',
      zh: '签发证书的 CA，可供多个实例共用',
    },
  }),
  tlsCert: option({
    value: text('FILE', 'a certificate in PEM'),
    about: { en: 'certificate of your own, with --tls-key', zh: '自备证书，与 --tls-key 同用' },
  }),
  tlsKey: option({
    value: text('FILE', 'a private key in PEM'),
    about: { en: 'its private key', zh: '其私钥' },
  }),
  tlsNames: option({
    value: hostNames,
    default: 'cvm-emulator',
    about: { en: 'further names for our certificate', zh: '证书中另加的名称' },
  }),
  logLevel: option({
    value: oneOf('trace', 'debug', 'info', 'warn', 'error', 'silent'),
    default: 'info',
    about: { en: 'least level of the log on stderr', zh: 'stderr 日志的最低级别' },
  }),
}

export type OptionName = keyof typeof options

type OptionalName =
  | 'data'
  | 'fixtures'
  | 'seed'
  | 'latency'
  | 'controlToken'
  | 'clock'
  | 'tlsPort'
  | 'tlsCa'
  | 'tlsCert'
  | 'tlsKey'

type ValueOf<Name extends OptionName> = (typeof options)[Name] extends Option<infer Value> ? Value : never

/** The settings of one emulator, validated and complete. */
export type Config = {
  readonly [Name in OptionName]: Name extends OptionalName ? ValueOf<Name> | undefined : ValueOf<Name>
}

const kebab = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

/** `keyBits` → `key-bits` */
export const flagOf = (name: OptionName) => kebab(name)

/** `keyBits` → `CVM_EMULATOR_KEY_BITS` */
export const variableOf = (name: OptionName) => `CVM_EMULATOR_${kebab(name).replaceAll('-', '_').toUpperCase()}`

export const optionNames = Object.keys(options) as OptionName[]
