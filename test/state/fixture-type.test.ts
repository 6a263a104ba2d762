import { expectTypeOf, test } from 'vitest'
import type { AccountFixture, FaultRule, Fixture } from '../../src/emulator.ts'

type Item<List> = List extends readonly (infer One)[] ? One : never

test('the types of a fixture follow from its schema', () => {
  expectTypeOf<Fixture['version']>().toEqualTypeOf<number | undefined>()
  expectTypeOf<Item<Fixture['credentials']>['secretId']>().toEqualTypeOf<string>()
  expectTypeOf<Item<Fixture['credentials']>['token']>().toEqualTypeOf<string | undefined>()
  expectTypeOf<Item<Fixture['faults']>>().toExtend<FaultRule>()
  expectTypeOf<Item<Item<AccountFixture['keyPairs']>['tags']>['value']>().toEqualTypeOf<string>()
  expectTypeOf<Item<AccountFixture['instances']>['instanceState']>().extract<'STOPPED'>().toEqualTypeOf<'STOPPED'>()
  expectTypeOf<Fixture['requests']>().toEqualTypeOf<Readonly<Record<string, number>> | undefined>()
  expectTypeOf<{ projects: [7, { projectId: 8 }] }>().toExtend<Fixture>()
  expectTypeOf<{ projects: ['7'] }>().not.toExtend<Fixture>()
  expectTypeOf<{ accounts: { a: { keyPairs: [{ keyId: 'skey-00000000' }] } } }>().not.toExtend<Fixture>()
})
