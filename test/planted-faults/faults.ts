/** A fault that is planted into a copy of the sources, and the test that must fail then. */
export interface Fault {
  readonly name: string
  /** The source file, and the text in it, which occurs once, that is replaced. */
  readonly file: string
  readonly text: string
  readonly replacement: string
  /** The test file, and the pattern of the names of its tests that are run (`vitest -t`). */
  readonly test: string
  readonly pattern: string
}

/**
 * Twenty mistakes that a person could make, spread over the code base. `npm run plant-faults` shows that a test catches
 * each of them; `faults.test.ts` that each can still be planted.
 */
export const faults: readonly Fault[] = [
  {
    name: 'actions: DeleteKeyPairs does not check whether a key pair is in use',
    file: 'src/actions/delete-key-pairs.ts',
    text: 'keyPairs.filter((keyPair) => !isUsed(keyPair))',
    replacement: 'keyPairs',
    test: 'test/actions/api-versions.test.ts',
    pattern: 'a used key pair is InvalidKeyPair.NotSupported',
  },
  {
    name: 'actions: a project may hold one key pair more than its limit',
    file: 'src/actions/new-key-pair.ts',
    text: 'count >= keyPairLimit',
    replacement: 'count > keyPairLimit',
    test: 'test/actions/concurrency.test.ts',
    pattern: 'against a limit of 100',
  },
  {
    name: 'actions: the limit of key pairs is checked before the name',
    file: 'src/actions/new-key-pair.ts',
    text: 'if (keyPairs.hasName(ProjectId, KeyName)) return',
    replacement:
      'if (keyPairs.count(ProjectId) < namespace.keyPairLimit() && keyPairs.hasName(ProjectId, KeyName)) return',
    test: 'test/actions/natural-causes.test.ts',
    pattern: 'CreateKeyPair InvalidKeyPairName.Duplicate',
  },
  {
    name: 'actions: two codes of an operation in progress are swapped',
    file: 'src/actions/binding.ts',
    text: "isSame ? 'MutexOperation.TaskRunning' : 'OperationDenied.InstanceOperationInProgress'",
    replacement: "isSame ? 'OperationDenied.InstanceOperationInProgress' : 'MutexOperation.TaskRunning'",
    test: 'test/actions/api-versions.test.ts',
    pattern: 'ForceStop shuts a running instance down',
  },
  {
    name: 'core: a text may not have its maximum length',
    file: 'src/core/validation.ts',
    text: 'length > maxLength.value',
    replacement: 'length >= maxLength.value',
    test: 'test/wire/record.test.ts',
    pattern: '2017-03-12 ModifyKeyPairAttribute',
  },
  {
    name: 'core: 3.0 answers a replayed request with the wrong code',
    file: 'src/core/translation.ts',
    text: "'InvalidRequest.ReplayAttack': 'AuthFailure.SignatureExpire'",
    replacement: "'InvalidRequest.ReplayAttack': 'AuthFailure.SignatureFailure'",
    test: 'test/protocols/api-3.0-errors.test.ts',
    pattern: 'InvalidRequest.ReplayAttack is',
  },
  {
    name: 'protocols: the first value of a repeated name counts',
    file: 'src/protocols/parse/parameter-tree.ts',
    text: 'if (!hasNoValue) node.value = value',
    replacement: 'if (!hasNoValue) node.value ??= value',
    test: 'test/protocols/wire.test.ts',
    pattern: 'the last value of a repeated parameter counts',
  },
  {
    name: 'protocols/auth: a nonce is not remembered',
    file: 'src/protocols/auth/authenticate.ts',
    text: 'seen.set(key, { account, until: time + 2 * window + minFutureSeconds })',
    replacement: '',
    test: 'test/protocols/auth/replay.test.ts',
    pattern: 'with nonce-check on is a replay',
  },
  {
    name: 'protocols/auth: any token is accepted',
    file: 'src/protocols/auth/authenticate.ts',
    text: 'token !== credential.token',
    replacement: 'token === undefined',
    test: 'test/protocols/auth/tc3.test.ts',
    pattern: 'another token in strict',
  },
  {
    name: 'control: the token is not compared in constant time',
    file: 'src/control/access.ts',
    text: 'timingSafeEqual(hash(authorization), hash(',
    replacement: 'hash(authorization).equals(hash(',
    test: 'test/control/token.test.ts',
    pattern: 'is compared in constant time',
  },
  {
    name: 'journal: a wait that has ended goes on listening to its signal',
    file: 'src/journal/journal.ts',
    text: "signal?.removeEventListener('abort', done)",
    replacement: '',
    test: 'test/journal/journal.test.ts',
    pattern: 'a wait that has ended leaves neither timer nor listener',
  },
  {
    name: 'auth: the date in the scope of a TC3 signature is not checked',
    file: 'src/protocols/auth/tc3-claim.ts',
    text: ' || !isDateOf(timestamp, proof.date)',
    replacement: '',
    test: 'test/protocols/auth/tc3-scope.test.ts',
    pattern: 'of the day before is refused',
  },
  {
    name: 'core: the Region of 3.0 is not checked in strict',
    file: 'src/core/dispatcher.ts',
    text: 'checkRegion(call, action) ?? ',
    replacement: '',
    test: 'test/actions/regions.test.ts',
    pattern: 'must be there for CreateKeyPair',
  },
  {
    name: 'journal: the values of secret parameters are not redacted',
    file: 'src/journal/redaction.ts',
    text: 'secretNamePattern.test(name.slice(-maxLength)) ? redacted : redactText(value, isSecret)',
    replacement: 'redactText(value, isSecret)',
    test: 'test/journal/journal-secrets.test.ts',
    pattern: 'the journal contains no secret',
  },
  {
    name: 'store: the index of bindings by key pair is dropped',
    file: 'src/store/tables.ts',
    text: 'CREATE UNIQUE INDEX bindings_by_key ON bindings (account, key_id, instance_id);',
    replacement: '',
    test: 'test/store/indexes.test.ts',
    pattern: 'no statement of the store reads a whole table',
  },
  {
    name: 'store: work is not done in a transaction',
    file: 'src/store/namespaces.ts',
    text: 'const result = inTransaction.immediate(namespace, work)',
    replacement: 'if (!populated.has(account)) populate(namespace, keys.of(account))\n        const result = work()',
    test: 'test/store/sqlite-store.test.ts',
    pattern: 'a transaction that throws leaves nothing',
  },
  {
    name: 'store: a reset forgets a table',
    file: 'src/store/tables.ts',
    text: "columns.name = 'account'`",
    replacement: "columns.name = 'account' AND tables.name <> 'populated_accounts'`",
    test: 'test/control/reset-tables.test.ts',
    pattern: 'of the tables in a data folder',
  },
  {
    name: 'keys: the seed is ignored',
    file: 'src/system/system.ts',
    text: 'random: seed === undefined ? () => randomBytes : (...label) => seededBytes(seed, label)',
    replacement: 'random: () => randomBytes',
    test: 'test/keys/seeded-keys.test.ts',
    pattern: "1024 bits, account 'AKIDone'",
  },
  {
    name: 'rules: a rule counts the calls that it matches twice',
    file: 'src/rules/matching.ts',
    text: 'active.matched = increment(active.matched)',
    replacement: 'active.matched += 2',
    test: 'test/rules/faults.test.ts',
    pattern: 'how often',
  },
  {
    name: 'http: a 405 does not list the allowed methods',
    file: 'src/http/server.ts',
    text: ".header('Allow', 'GET, POST')",
    replacement: '',
    test: 'test/protocols/wire.test.ts',
    pattern: 'another path is 404 and another method 405',
  },
  {
    name: 'tls: the timer of a tunnel is not cleared when it begins',
    file: 'src/tls/connect-proxy.ts',
    text: 'socket.setTimeout(0)',
    replacement: '',
    test: 'test/tls/proxy.test.ts',
    pattern: 'a tunnel in use may be silent',
  },
  {
    name: 'keys: a prime for which e has no inverse',
    file: 'src/keys/find-prime.ts',
    text: '(number - 1n) % publicExponent !== 0n && isPrime(number)',
    replacement: 'isPrime(number)',
    test: 'test/keys/primes.test.ts',
    pattern: 'a prime minus 1 that is a multiple of e is passed over',
  },
  {
    name: 'state: an export contains the SecretKeys',
    file: 'src/state/export.ts',
    text: 'accounts.credentials.map(({ secretId, account }) => ({\n      secretId,',
    replacement: 'accounts.credentials.map(({ secretId, secretKey, account }) => ({\n      secretId,\n      secretKey,',
    test: 'test/state/state.test.ts',
    pattern: 'a document has no private keys, SecretKeys and tokens',
  },
]
