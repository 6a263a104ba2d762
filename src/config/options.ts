import { accountModes, authModes } from '../identity/accounts.ts'
import { keySourceNames } from '../keys/key-source.ts'
import { maxKeyPairs, nameScopes } from '../store/store.ts'
import { maxPoolSize } from '../system/limits.ts'
import { type GroupName, groups } from './option-groups.ts'
import {
  credentials,
  delay,
  hostNames,
  integer,
  type OptionValue,
  oneOf,
  origins,
  projectIds,
  rateLimit,
  text,
  time,
  token,
} from './option-values.ts'

/** What an option means, in both languages, and the group in which it is shown. */
interface Texts {
  readonly group: GroupName
  readonly en: string
  readonly zh: string
  /** An environment variable that is read after the option's own. */
  readonly alsoFrom?: string
}

interface Option<Value> extends Texts {
  readonly value: OptionValue<Value>
  /** The default as text; undefined for an option without one. */
  readonly default?: string
}

const option = <Value>(value: OptionValue<Value>, defaultText: string, texts: Texts): Option<Value> => ({
  value,
  default: defaultText,
  ...texts,
})

/** The keys of `recombined` shared primes, for load tests, which fresh keys are fast enough for now. */
const keySource = {
  ...oneOf(...keySourceNames),
  expected: `one of ${keySourceNames.join(', ')}; instead of recombined, which was removed, use fresh`,
}

/** An option without a default. */
const optional = <Value>(value: OptionValue<Value>, texts: Texts): Option<Value | undefined> => ({ value, ...texts })

/** All options. Flags, environment variables, validation, `--help` and the table in docs/api.md are derived from this table. */
export const options = {
  host: option(text('HOST', 'a host name or an IP address'), '127.0.0.1', {
    group: 'server',
    en: 'address to listen on',
    zh: '监听地址',
  }),
  port: option(integer(0, 65535), '8213', {
    group: 'server',
    en: 'port to listen on; 0 = any free port',
    zh: '监听端口；0 表示任意空闲端口',
    alsoFrom: 'PORT',
  }),
  data: optional(text('FOLDER', 'the path of a folder'), {
    group: 'state',
    en: 'folder that stores the state; by default the state is in memory',
    zh: '状态的存储目录；默认只保存在内存中',
  }),
  fixtures: optional(
    { ...text('FILE|JSON', 'the path of a JSON file, or the JSON itself'), type: 'string | Fixture' },
    {
      group: 'state',
      en: 'starting state: a JSON file, or the JSON itself',
      zh: '初始状态：JSON 文件的路径，或 JSON 文本',
    },
  ),
  projects: option(projectIds, '0,1002189,1002190', {
    group: 'state',
    en: 'ids of the projects that every account has',
    zh: '每个账号默认拥有的项目 ID',
  }),
  accounts: option(oneOf(...accountModes), 'per-secret-id', {
    group: 'accounts',
    en: 'whether each SecretId has its own account, or all requests share one',
    zh: '每个 SecretId 使用独立账号，还是所有请求共用一个账号',
  }),
  auth: option(oneOf(...authModes), 'known', {
    group: 'accounts',
    en: 'which signatures are checked: none, those of SecretIds with a known SecretKey (--credential, --fixtures), or all',
    zh: '签名校验范围：不校验、仅校验已知 SecretKey 的 SecretId（--credential、--fixtures）、全部校验',
  }),
  credential: optional(credentials, {
    group: 'accounts',
    en: 'SecretIds with the SecretKeys that they sign with, in addition to those in --fixtures',
    zh: '客户端签名所用的 SecretId 和 SecretKey，与 --fixtures 中的凭证一并生效',
  }),
  authWindow: option(integer(0, 100_000_000), '300', {
    group: 'accounts',
    en: 'maximum difference between a signed Timestamp and the clock, in seconds',
    zh: '签名中的 Timestamp 与时钟的最大偏差（秒）',
  }),
  nonceCheck: option(oneOf('on', 'off'), 'off', {
    group: 'accounts',
    en: 'whether a signed Nonce may be used only once; retries often reuse it, and TC3 has none',
    zh: '签名中的 Nonce 是否只能使用一次；客户端重试时常会重复使用，TC3 没有 Nonce',
  }),
  operationDelay: option(integer(0, 3_600_000), '0', {
    group: 'state',
    en: 'how long an instance stays in OPERATING after its key pairs change, in milliseconds',
    zh: '密钥对绑定变更后，实例保持 OPERATING 状态的时长（毫秒）',
  }),
  nameScope: option(oneOf(...nameScopes), 'project', {
    group: 'state',
    en: 'scope in which names are unique and the limit applies',
    zh: '名称唯一性和数量上限的作用范围',
  }),
  keyPairLimit: option(integer(0, maxKeyPairs), '100', {
    group: 'state',
    en: 'maximum number of key pairs per project, or per account with --name-scope account',
    zh: '每个项目的密钥对数量上限；使用 --name-scope account 时为每个账号的上限',
  }),
  keyBits: option(oneOf(1024, 2048, 3072, 4096), '2048', {
    group: 'keys',
    en: 'size of generated RSA keys, in bits',
    zh: '生成的 RSA 密钥长度（位）',
  }),
  keySource: option(keySource, 'fresh', {
    group: 'keys',
    en: 'fresh: random keys; seeded: keys derived from --seed',
    zh: 'fresh：随机密钥；seeded：由 --seed 派生的密钥',
  }),
  seed: optional(text('TEXT', 'a non-empty text'), {
    group: 'keys',
    en: 'seed for deterministic keys, ids and request ids; needs --key-source seeded',
    zh: '随机种子，使密钥、ID 和 RequestId 可重现；须配合 --key-source seeded',
  }),
  poolSize: option(integer(0, maxPoolSize), '4', {
    group: 'keys',
    en: 'number of keys that are generated ahead of requests',
    zh: '预先生成的密钥数量',
  }),
  requestFaults: option(oneOf('on', 'off'), 'on', {
    group: 'failures',
    en: 'whether a request may force an error or a delay',
    zh: '是否允许请求指定要模拟的错误或延迟',
  }),
  latency: optional(delay, {
    group: 'failures',
    en: 'extra delay added to every API response',
    zh: '每个 API 响应的额外延迟',
  }),
  rateLimit: option(rateLimit, '0', {
    group: 'failures',
    en: 'calls allowed per second, or per minute as 100/minute, by account and action; 0 = unlimited',
    zh: '每个账号对每个接口每秒允许的调用次数，写作 100/minute 时按分钟计；0 表示不限制',
  }),
  journalSize: option(integer(0, 1_000_000), '1000', {
    group: 'log',
    en: 'number of requests kept in the journal',
    zh: '请求记录保留的条数',
  }),
  controlToken: optional(token, {
    group: 'server',
    en: 'bearer token required by control routes except health and ready',
    zh: '管理接口所需的 Bearer Token（health 和 ready 除外）',
  }),
  clock: optional(time, {
    group: 'state',
    en: 'time at which the clock is frozen',
    zh: '将时钟冻结在指定时间',
  }),
  corsOrigin: option(origins, 'loopback', {
    group: 'server',
    en: 'web origins that may read responses; https://*.example.com = all subdomains',
    zh: '允许跨域读取响应的网页来源；https://*.example.com 匹配所有子域名',
  }),
  allowedHosts: optional(hostNames, {
    group: 'server',
    en: 'host names with dots under which the control routes can be reached; *.NAME = any one label before it',
    zh: '可用于访问管理接口的带点域名；*.NAME 匹配前面任意一级标签',
  }),
  tlsPort: optional(integer(0, 65535), {
    group: 'https',
    en: 'additional port for HTTPS; 0 = any free port',
    zh: '额外的 HTTPS 监听端口；0 表示任意空闲端口',
  }),
  tlsCa: optional(text('FILE', 'the path of a file with the certificate and key of a CA'), {
    group: 'https',
    en: 'file with the certificate and key of the CA; created if it does not exist',
    zh: 'CA 证书和私钥所在的文件；不存在时自动创建',
  }),
  tlsCert: optional(text('FILE', 'the path of a certificate in PEM'), {
    group: 'https',
    en: 'certificate for HTTPS; needs --tls-key',
    zh: 'HTTPS 证书；须配合 --tls-key',
  }),
  tlsKey: optional(text('FILE', 'the path of a private key in PEM'), {
    group: 'https',
    en: 'private key for --tls-cert',
    zh: '--tls-cert 对应的私钥',
  }),
  tlsNames: option(hostNames, 'cvm-emulator', {
    group: 'https',
    en: 'extra host names in the certificate',
    zh: '证书中额外包含的域名',
  }),
  sshPort: optional(integer(0, 65535), {
    group: 'server',
    en: 'additional port for SSH logins to the emulated instances; 0 = any free port',
    zh: '额外的 SSH 监听端口，用于登录模拟的实例；0 表示任意空闲端口',
  }),
  logLevel: option(oneOf('trace', 'debug', 'info', 'warn', 'error', 'silent'), 'info', {
    group: 'log',
    en: 'minimum log level',
    zh: '最低日志级别',
  }),
}

/** The name of an option in camel case. */
export type OptionName = keyof typeof options

/** The validated value of every option. */
export type Config = {
  readonly [Name in OptionName]: (typeof options)[Name] extends Option<infer Value> ? Value : never
}

/** Returns the name of the flag: `keyBits` → `key-bits`. */
export const flagOf = (name: OptionName) => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

/** Returns the name of the environment variable: `keyBits` → `CVM_EMULATOR_KEY_BITS`. */
export const variableOf = (name: OptionName) => `CVM_EMULATOR_${flagOf(name).replaceAll('-', '_').toUpperCase()}`

/** The names of all options in camel case, in the order of the help. */
export const optionNames = Object.keys(options) as OptionName[]

/** The groups with the names of their options. */
export const groupedOptions = (Object.keys(groups) as GroupName[]).map((group) => ({
  ...groups[group],
  names: optionNames.filter((name) => options[name].group === group),
}))
