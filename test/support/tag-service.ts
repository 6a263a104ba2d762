import { call30, codeOf30 } from './api-3.0.ts'
import { publicKey } from './keys.ts'

export const [web, other, instanceId] = ['skey-00000001', 'skey-00000002', 'ins-00000001'] as const
export const fixtures = {
  keyPairs: [web, other].map((keyId) => ({ keyId, keyName: keyId.replace('-', '_'), publicKey: publicKey(keyId) })),
  instances: [{ instanceId, tags: [{ key: 'env', value: 'test' }] }],
}
export const version = { 'X-TC-Version': '2018-08-13' }
export type Endpoint = { readonly url: string }
export type Tags = readonly (readonly [key: string, value: string])[]

export const ask = (emulator: Endpoint, action: string, params: unknown, headers = {}) =>
  call30(emulator, action, params, { ...version, ...headers })

/** The name that Terraform builds: it leaves the account number out. */
export const nameOf = (id: string, { region = 'ap-guangzhou', uin = '', prefix = 'keypair' } = {}) =>
  `qcs::cvm:${region}:uin/${uin}:${prefix}/${id}`
export const toTags = (tags: Tags) => tags.map(([TagKey, TagValue]) => ({ TagKey, TagValue }))
export const setTags = async (emulator: Endpoint, Resource: string, tags: Tags) =>
  codeOf30(await ask(emulator, 'ModifyResourceTags', { Resource, ReplaceTags: toTags(tags) }))
export const many = (count: number, prefix = 'k'): Tags =>
  Array.from({ length: count }, (_, index) => [`${prefix}${index}`, ''])
