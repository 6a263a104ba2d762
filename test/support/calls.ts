import { describeKeyPairs } from '../../src/actions/describe-key-pairs.ts'
import type { Call } from '../../src/core/call.ts'

/** An ordinary call, for tests of code that processes calls. */
export const anyCall: Call = {
  apiVersion: '2017-03-12',
  account: 'a',
  action: 'DescribeKeyPairs',
  version: '2017-03-12',
  region: undefined,
  regionName: 'Region',
  language: 'en',
  params: new Map(),
  sent: [],
  paramSource: 'the query string',
  commonSource: 'the query string',
  forced: {},
  signature: 'unchecked',
}

export const anyAction = describeKeyPairs
