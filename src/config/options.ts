import { accountModes, authModes } from '../identity/accounts.ts'
import { keySourceNames } from '../keys/key-source.ts'
import { maxKeyPairs, nameScopes } from '../store/store.ts'
import { delay, hostNames, integer, type OptionValue, oneOf, origins, projectIds, text, time } from './option-values.ts'

interface Option<Value> {
  readonly value: OptionValue<Value>
  /** The default as text; undefined for an option without one. */
  readonly default?: string
  /** An environment variable that is read after the option's own. */
  readonly alsoFrom?: string
  readonly about: { readonly en: string; readonly zh: string }
}

const option = <Value>(spec: Option<Value>): Option<Value> => spec

/** All options. Flags, environment variables, validation, `--help` and the table in docs/api.md are derived from this table. */
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
    about: { en: 'port to listen on; 0 = any free port', zh: '监听端口；0 表示任意空闲端口' },
  }),
  data: option({
    value: text('FOLDER', 'the path of a folder'),
    about: {
      en: 'folder that stores the state; by default the state is in memory',
      zh: '状态的存储目录；默认只保存在内存中',
    },
  }),
  fixtures: option({
    value: text('FILE|JSON', 'the path of a JSON file, or the JSON itself'),
    about: { en: 'starting state: a JSON file, or the JSON itself', zh: '初始状态：JSON 文件的路径，或 JSON 文本' },
  }),
  projects: option({
    value: projectIds,
    default: '0,1002189,1002190',
    about: { en: 'ids of the projects that every account has', zh: '每个账号默认拥有的项目 ID' },
  }),
  accounts: option({
    value: oneOf(...accountModes),
    default: 'per-secret-id',
    about: {
      en: 'whether each SecretId has its own account, or all requests share one',
      zh: '每个 SecretId 使用独立账号，还是所有请求共用一个账号',
    },
  }),
  auth: option({
    value: oneOf(...authModes),
    default: 'known',
    about: {
      en: 'which signatures are checked: none, those of the SecretIds in --fixtures, or all',
      zh: '签名校验范围：不校验、仅校验 --fixtures 中的 SecretId、全部校验',
    },
  }),
  authWindow: option({
    value: integer(0, 100_000_000),
    default: '300',
    about: {
      en: 'maximum difference between a signed Timestamp and the clock, in seconds',
      zh: '签名中的 Timestamp 与时钟的最大偏差（秒）',
    },
  }),
  nonceCheck: option({
    value: oneOf('on', 'off'),
    default: 'off',
    about: {
      en: 'whether a signed Nonce may be used only once; retries often reuse it, and TC3 has none',
      zh: '签名中的 Nonce 是否只能使用一次；客户端重试时常会重复使用，TC3 没有 Nonce',
    },
  }),
  operationDelay: option({
    value: integer(0, 3_600_000),
    default: '0',
    about: {
      en: 'how long an instance stays in OPERATING after its key pairs change, in milliseconds',
      zh: '密钥对绑定变更后，实例保持 OPERATING 状态的时长（毫秒）',
    },
  }),
  nameScope: option({
    value: oneOf(...nameScopes),
    default: 'project',
    about: { en: 'scope in which names are unique and the limit applies', zh: '名称唯一性和数量上限的作用范围' },
  }),
  keyPairLimit: option({
    value: integer(0, maxKeyPairs),
    default: '100',
    about: {
      en: 'maximum number of key pairs per project, or per account with --name-scope account',
      zh: '每个项目的密钥对数量上限；使用 --name-scope account 时为每个账号的上限',
    },
  }),
  keyBits: option({
    value: oneOf(1024, 2048, 3072, 4096),
    default: '2048',
    about: { en: 'size of generated RSA keys, in bits', zh: '生成的 RSA 密钥长度（位）' },
  }),
  keySource: option({
    value: oneOf(...keySourceNames),
    default: 'fresh',
    about: {
      en: 'fresh: random keys; seeded: keys derived from --seed; recombined: keys that share primes, for load tests only',
      zh: 'fresh：随机密钥；seeded：由 --seed 派生的密钥；recombined：共用素数的密钥，仅用于压力测试',
    },
  }),
  seed: option({
    value: text('TEXT', 'a non-empty text'),
    about: {
      en: 'seed for deterministic keys, ids and request ids; needs --key-source seeded or recombined',
      zh: '随机种子，使密钥、ID 和 RequestId 可重现；须配合 --key-source seeded 或 recombined',
    },
  }),
  poolSize: option({
    value: integer(0, 10_000),
    default: '32',
    about: { en: 'maximum number of keys generated ahead of requests', zh: '预生成密钥的最大数量' },
  }),
  requestFaults: option({
    value: oneOf('on', 'off'),
    default: 'on',
    about: { en: 'whether a request may force an error or a delay', zh: '是否允许请求指定要模拟的错误或延迟' },
  }),
  latency: option({
    value: delay,
    about: { en: 'extra delay added to every API response', zh: '每个 API 响应的额外延迟' },
  }),
  rateLimit: option({
    value: integer(0, 1_000_000),
    default: '0',
    about: {
      en: 'calls allowed per minute, per account and action; 0 = unlimited',
      zh: '每个账号对每个接口每分钟允许的调用次数；0 表示不限制',
    },
  }),
  journalSize: option({
    value: integer(0, 1_000_000),
    default: '1000',
    about: { en: 'number of requests kept in the journal', zh: '请求记录保留的条数' },
  }),
  controlToken: option({
    value: text('TEXT', 'a non-empty text'),
    about: {
      en: 'bearer token required by control routes except health and ready',
      zh: '管理接口所需的 Bearer Token（health 和 ready 除外）',
    },
  }),
  clock: option({
    value: time,
    about: { en: 'time at which the clock is frozen', zh: '将时钟冻结在指定时间' },
  }),
  corsOrigin: option({
    value: origins,
    default: 'loopback',
    about: { en: 'web origins that may read responses', zh: '允许跨域读取响应的网页来源' },
  }),
  tlsPort: option({
    value: integer(0, 65535),
    about: { en: 'additional port for HTTPS; 0 = any free port', zh: '额外的 HTTPS 监听端口；0 表示任意空闲端口' },
  }),
  tlsCa: option({
    value: text('FILE', 'the path of a file with the certificate and key of a CA'),
    about: {
      en: 'file with the certificate and key of the CA; created if it does not exist',
      zh: 'CA 证书和私钥所在的文件；不存在时自动创建',
    },
  }),
  tlsCert: option({
    value: text('FILE', 'the path of a certificate in PEM'),
    about: { en: 'certificate for HTTPS; needs --tls-key', zh: 'HTTPS 证书；须配合 --tls-key' },
  }),
  tlsKey: option({
    value: text('FILE', 'the path of a private key in PEM'),
    about: { en: 'private key for --tls-cert', zh: '--tls-cert 对应的私钥' },
  }),
  tlsNames: option({
    value: hostNames,
    default: 'cvm-emulator',
    about: { en: 'extra host names in the certificate', zh: '证书中额外包含的域名' },
  }),
  logLevel: option({
    value: oneOf('trace', 'debug', 'info', 'warn', 'error', 'silent'),
    default: 'info',
    about: { en: 'minimum log level', zh: '最低日志级别' },
  }),
}

/** The name of an option in camel case. */
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

/** The validated value of every option. */
export type Config = {
  readonly [Name in OptionName]: Name extends OptionalName ? ValueOf<Name> | undefined : ValueOf<Name>
}

const kebab = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

/** Returns the name of the flag: `keyBits` → `key-bits`. */
export const flagOf = (name: OptionName) => kebab(name)

/** Returns the name of the environment variable: `keyBits` → `CVM_EMULATOR_KEY_BITS`. */
export const variableOf = (name: OptionName) => `CVM_EMULATOR_${kebab(name).replaceAll('-', '_').toUpperCase()}`

/** The names of all options in camel case, in the order of the help. */
export const optionNames = Object.keys(options) as OptionName[]
