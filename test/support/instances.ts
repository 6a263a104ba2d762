import { publicKey } from './keys.ts'

/** Four instances, newest first, of which one has every detail. */
export const [web, db, win, far] = ['ins-1e4r6y8i', 'ins-3e56fg78', 'ins-w34e5rl9', 'ins-zzzzzzzz'] as const
export const details = {
  ...{ privateIpAddresses: ['10.9.8.7', '10.9.8.6'], publicIpAddresses: ['203.0.113.9'], imageId: 'img-00000001' },
  ...{ instanceType: 'SA2.LARGE8', tags: [{ key: 'city', value: 'shenzhen' }], createdTime: '2020-01-31T00:00:00Z' },
}
export const fixtures = {
  projects: [0, 7],
  keyPairs: [{ keyId: 'skey-00000001', keyName: 'k', publicKey: publicKey('k') }],
  instances: [
    {
      ...{ instanceId: web, instanceName: 'my_web', instanceState: 'RUNNING' as const, keyIds: ['skey-00000001'] },
      ...details,
    },
    { instanceId: db, projectId: 7, instanceName: 'db', createdTime: '2019-01-01T00:00:00Z' },
    { instanceId: win, osName: 'Windows Server 2012', zone: 'my-zone', createdTime: '2018-01-01T00:00:00Z' },
    { instanceId: far, region: 'ap-singapore', createdTime: '2017-01-01T00:00:00Z' },
  ],
}
